import { expect, test } from '@jest/globals'
import { entryLines, wrap } from '../../src/cli/columns.ts'
import { flagsOf } from '../../src/cli/flags.ts'
import { helpText } from '../../src/cli/help.ts'

const COMMANDS = ['publish', 'package', 'inspect', 'list', 'verify'] as const
const LOGINS = /PUBLISH_HELM_CHART_|those of helm, oras/

test.each(COMMANDS)(
  'help %s names the variables that it reads, those of logins as well',
  (command) => {
    const text = helpText(command) ?? ''
    expect(text).toContain('HTTPS_PROXY, HTTP_PROXY, NO_PROXY')
    expect(text).toMatch(LOGINS)
    expect(text.includes('SOURCE_DATE_EPOCH')).toBe(command === 'publish' || command === 'package')
  }
)

test('help package says which flags are for dependencies, and which are not used', () => {
  const text = (helpText('package') ?? '').replace(/\n {30}/g, ' ')
  const lines = text.split('\n').map((line) => line.replace(/ +/g, ' '))
  const helpOf = (flag: string) => lines.find((line) => line.startsWith(` --${flag}`))
  for (const flag of ['username', 'password-stdin', 'password-file', 'identity-token-file']) {
    expect(helpOf(flag)).toContain(
      'for a CHART in a registry only; for dependencies use --registry-auth-file'
    )
    expect(helpText('publish')).not.toContain('for a CHART in a registry only')
  }
  expect(helpOf('client-cert')).toContain('for a CHART in a registry only')
  expect(helpOf('registry-auth-file')).toContain('for dependencies as well')
  expect(helpOf('plain-http')).toContain('from which dependencies come')
})

test('help verify names the flags that say who has to have signed, and what the verdicts mean', () => {
  const text = helpText('verify') ?? ''
  for (const flag of ['certificate-identity', 'certificate-oidc-issuer', 'key', 'keyring']) {
    expect(text).toMatch(new RegExp(`^  --${flag} [A-Z/]+`, 'm'))
    expect(helpText('publish')).not.toMatch(new RegExp(`^  --${flag} `, 'm'))
  }
  for (const word of ['valid', 'foreign', 'invalid', 'unchecked', 'absent']) {
    expect(text).toMatch(new RegExp(`^  ${word} +`, 'm'))
  }
})

test.each([undefined, 'version', 'help', ...COMMANDS])(
  'help %s fits into 80 columns, without a line that ends in a blank',
  (command) => {
    const lines = (helpText(command) ?? '').split('\n')
    expect(lines.filter((line) => line.length > 80 || line.endsWith(' '))).toEqual([])
    expect(lines.length).toBeGreaterThan(10)
  }
)

test.each(COMMANDS)('help %s has every flag once, in groups, and examples', (command) => {
  const text = helpText(command) ?? ''
  const named = [...text.matchAll(/^ {2}--([a-z0-9-]+)/gm)].map(([, name]) => name)
  expect(named.toSorted()).toEqual(
    flagsOf(command)
      .map(({ name }) => name)
      .toSorted()
  )
  for (const title of ['Usage:', 'Examples:', 'Where and login:', 'Network:', 'Output:']) {
    expect(text).toContain(`\n${title}\n`)
  }
  const [, examples = ''] = /^Examples:\n((?: {2}.+\n)+)/m.exec(text) ?? []
  expect(examples.match(new RegExp(`publish-helm-chart ${command} `, 'g'))?.length).toBeGreaterThan(
    1
  )
})

test('the flags of an example are flags of the command', () => {
  for (const command of COMMANDS) {
    const [, examples = ''] = /^Examples:\n((?: {2}.+\n)+)/m.exec(helpText(command) ?? '') ?? []
    const known = flagsOf(command).map(({ name }) => name)
    for (const [, name] of examples.matchAll(/ --([a-z-]+)/g)) expect(known).toContain(name)
  }
})

test('a text is wrapped at blanks; a longer word has a line of its own', () => {
  expect(wrap('one two three', 7)).toEqual(['one two', 'three'])
  expect(wrap('a longer-than-that word', 8)).toEqual(['a', 'longer-than-that', 'word'])
  expect(wrap('', 8)).toEqual([''])
  expect(wrap('a\nb c', 8)).toEqual(['a', 'b c'])
})

test('a meaning stands beside its name, or below where the name is too long', () => {
  expect(entryLines('--a', 'b c', 8)).toEqual(['  --a   b c'])
  expect(entryLines('--long', 'b', 9)).toEqual(['  --long', '         b'])
})
