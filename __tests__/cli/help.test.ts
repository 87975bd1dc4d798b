import { expect, test } from '@jest/globals'
import { helpText } from '../../src/cli/help.ts'

const LOGINS = /PUBLISH_HELM_CHART_|those of helm, oras/

test.each(['publish', 'package', 'inspect', 'verify'])(
  'help %s names the variables that it reads, those of logins as well',
  (command) => {
    const text = helpText(command) ?? ''
    expect(text).toContain('HTTPS_PROXY, HTTP_PROXY, NO_PROXY')
    expect(text).toMatch(LOGINS)
    expect(text.includes('SOURCE_DATE_EPOCH')).toBe(command === 'publish' || command === 'package')
  }
)

test('help package says which flags are for dependencies, and which are not used', () => {
  const lines = (helpText('package') ?? '').split('\n')
  const helpOf = (flag: string) => lines.find((line) => line.trim().startsWith(`--${flag}`))
  for (const flag of ['username', 'password-stdin', 'password-file', 'identity-token-file']) {
    expect(helpOf(flag)).toContain(
      'not used by package: for dependencies give --registry-auth-file'
    )
    expect(helpText('publish')).not.toContain('not used by package')
  }
  expect(helpOf('client-cert')).toContain('not used by package')
  expect(helpOf('registry-auth-file')).toContain('for dependencies as well')
  expect(helpOf('plain-http')).toContain('from which dependencies come')
})

test('help verify names the flags that say who has to have signed, and what the verdicts mean', () => {
  const text = helpText('verify') ?? ''
  for (const flag of ['certificate-identity', 'certificate-oidc-issuer', 'key', 'keyring']) {
    expect(text).toMatch(new RegExp(`^  --${flag} [A-Z]+ `, 'm'))
    expect(helpText('publish')).not.toMatch(new RegExp(`^  --${flag} `, 'm'))
  }
  for (const word of ['valid', 'foreign', 'invalid', 'unchecked', 'absent']) {
    expect(text).toMatch(new RegExp(`^  ${word} +`, 'm'))
  }
})
