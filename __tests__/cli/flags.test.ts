import { describe, expect, test } from '@jest/globals'
import { type Command, flagsOf, inputNamingOf, otherSources } from '../../src/cli/flags.ts'
import { parseFlags } from '../../src/cli/parse-flags.ts'
import { SECRET_NAMES, specOf, TEXT_NAMES } from '../../src/inputs/table/table.ts'

const namesOf = (command: Command) => {
  return flagsOf(command).map(({ name }) => name)
}

test('a command has a flag for every input that it knows, but for the charts', () => {
  for (const command of ['publish', 'package', 'inspect', 'list', 'verify'] as const) {
    const known = TEXT_NAMES.filter((name) => specOf(name).knownTo.includes(command))
    const flags = known.filter((name) => name !== 'chart')
    expect(namesOf(command)).toEqual(expect.arrayContaining(flags))
  }
  expect(namesOf('publish')).not.toContain('summary')
})

test('`package` goes only to the repositories of dependencies, `inspect` packages nothing', () => {
  expect(namesOf('package')).not.toContain('registry')
  expect(namesOf('package')).toEqual(
    expect.arrayContaining([
      ...['registry-auth-file', 'registry-config', 'token-hosts', 'plain-http'],
      ...['insecure-skip-tls-verify', 'client-cert', 'client-key', 'client-key-passphrase-file'],
      ...['username', 'password-stdin', 'password-file', 'identity-token-file']
    ])
  )
  expect(namesOf('package')).toEqual(expect.arrayContaining(['ca', 'timeout', 'destination']))
  expect(namesOf('inspect')).toEqual(expect.arrayContaining(['password-file', 'require-genuine']))
  expect(namesOf('inspect')).not.toContain('destination')
  expect(namesOf('verify')).toEqual(expect.arrayContaining(['password-file', 'ca', 'keyring']))
  expect(namesOf('verify')).not.toContain('require-genuine')
})

test('no flag takes a secret itself', () => {
  const taken = flagsOf('publish').filter(({ name }) =>
    SECRET_NAMES.some((secret) => secret === name)
  )
  expect(taken).toEqual([
    expect.objectContaining({ name: 'cosign-key', value: 'FILE' }),
    expect.objectContaining({ name: 'gpg-private-key', value: 'FILE' }),
    expect.objectContaining({ name: 'client-key', value: 'FILE' })
  ])
})

test.each([
  ['password', '--password-stdin, --password-file or PUBLISH_HELM_CHART_PASSWORD'],
  ['identity-token', '--identity-token-file or PUBLISH_HELM_CHART_IDENTITY_TOKEN'],
  ['registry-auth', '--registry-auth-file'],
  [
    'client-key-passphrase',
    '--client-key-passphrase-file or PUBLISH_HELM_CHART_CLIENT_KEY_PASSPHRASE'
  ]
])('--%s is refused, with what to use in its place', (name, better) => {
  expect(() => parseFlags([`--${name}=x`], flagsOf('publish'), 'publish')).toThrow(
    expect.objectContaining({ fix: `Use ${better}.` })
  )
})

describe('messages of the command name', () => {
  const named = inputNamingOf('publish')
  test.each([
    ['an input as its flag', named('if-exists'), '--if-exists'],
    ['a value behind it', named('if-exists', 'skip'), '--if-exists skip'],
    ['a switch that is on', named('plain-http', 'true'), '--plain-http'],
    ['a switch that is off', named('require-genuine', 'false'), '--require-genuine=false'],
    ['the host of a switch', named('plain-http', 'a.test'), '--plain-http=a.test'],
    ['the file of a secret', named('password'), '--password-file'],
    ['the charts', named('chart'), 'CHART'],
    ['a chart', named('chart', 'oci-layout:x'), 'oci-layout:x'],
    ['what is inspected', inputNamingOf('inspect')('registry'), 'the reference'],
    ['what is verified', inputNamingOf('verify')('registry'), 'the reference'],
    ['a flag that may be repeated', inputNamingOf('verify')('key', 'FILE'), '--key FILE']
  ])('%s', (_, text, wanted) => {
    expect(text).toBe(wanted)
  })
})

describe('messages of the command name where a value came from', () => {
  const environment = { PUBLISH_HELM_CHART_USERNAME: 'ci', PUBLISH_HELM_CHART_PASSWORD: '' }
  const namingWith = (flags: readonly string[]) => {
    const { values } = parseFlags(flags, flagsOf('publish'), 'publish')
    return inputNamingOf('publish', otherSources(values, environment))
  }
  test.each([
    ['a variable', [], 'password', 'PUBLISH_HELM_CHART_PASSWORD'],
    ['a variable of what is no secret', [], 'username', 'PUBLISH_HELM_CHART_USERNAME'],
    ['standard input', ['--password-stdin'], 'password', '--password-stdin'],
    ['a flag beside a variable', ['--username=me'], 'username', '--username'],
    ['a file beside a variable', ['--password-file=x'], 'password', '--password-file'],
    ['nowhere: the flag', [], 'identity-token', '--identity-token-file']
  ])('%s', (_, flags, name, wanted) => {
    expect(namingWith(flags)(name)).toBe(wanted)
  })
})
