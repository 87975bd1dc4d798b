import { expect, test } from '@jest/globals'
import { helpText } from '../../src/cli/help.ts'

const LOGINS = /PUBLISH_HELM_CHART_|those of helm, oras/

test.each([
  ['publish', true],
  ['package', false],
  ['inspect', true]
])(
  'help %s names the variables that it reads, of logins only where there are any',
  (command, hasLogins) => {
    const text = helpText(command) ?? ''
    expect(text).toContain('HTTPS_PROXY, HTTP_PROXY, NO_PROXY')
    expect(LOGINS.test(text)).toBe(hasLogins)
    expect(text.includes('SOURCE_DATE_EPOCH')).toBe(command !== 'inspect')
  }
)
