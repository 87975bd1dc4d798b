import { describe, expect, test } from '@jest/globals'
import { commandHint } from '../../src/cli/commands.ts'
import { flagsOf } from '../../src/cli/flags.ts'
import { parseFlags } from '../../src/cli/parse-flags.ts'
import { nearest, slipsBetween } from '../../src/cli/suggest.ts'

test.each([
  ['list', 'list', 0],
  ['lst', 'list', 1],
  ['lisst', 'list', 1],
  ['lost', 'list', 1],
  ['lsit', 'list', 1],
  ['', 'list', 4],
  ['verify', 'publish', 6]
])('from %j to %j it takes %i slips', (one, other, slips) => {
  expect(slipsBetween(one, other)).toBe(slips)
  expect(slipsBetween(other, one)).toBe(slips)
})

test('of several names the nearest is meant', () => {
  expect(nearest('client-ke', ['client-cert', 'client-key', 'key'])).toBe('client-key')
})

test.each(['hunter2', 'Registry', 'regis_try', 'registry ', 're', `${'registry-'.repeat(9)}a`])(
  'nothing is guessed of %j, which may be a secret, or anything',
  (text) => {
    expect(nearest(text, ['registry', 'hunter', 'registry-auth'])).toBeUndefined()
  }
)

test.each([
  ['publsh', 'Did you mean `publish`? '],
  ['lsit', 'Did you mean `list`? '],
  ['push', ''],
  ['charts/web', ''],
  ['', '']
])('the command %j: %j', (command, hint) => {
  expect(commandHint(command)).toBe(hint)
})

describe('a flag that does not exist', () => {
  const problemsOf = (args: readonly string[]) => {
    try {
      parseFlags(args, flagsOf('publish'), 'publish')
    } catch (error) {
      return error
    }
    return undefined
  }

  test.each([
    ['--regsitry=oci://h/p', '--regsitry', 'Did you mean --registry? See'],
    ['--jsom', '--jsom', 'Did you mean --json? See'],
    ['--dryrun', '--dryrun', 'Did you mean --dry-run? See'],
    ['--sign-nothing', '--sign-nothing', 'See'],
    ['--x9-TOKEN', '--x9-TOKEN', 'See'],
    ['--pasword=hunter2', '--pasword', 'Did you mean --password-stdin, --password-file or'],
    ['--p@ssw0rd-of-mine', '--p@…', 'See']
  ])('%s', (argument, shown, fix) => {
    expect(problemsOf([argument])).toMatchObject({
      message: `\`publish\` has no flag ${shown}.`,
      fix: expect.stringMatching(new RegExp(`^${fix.replaceAll('?', '\\?')}`))
    })
  })

  test('no value is told', () => {
    const error = problemsOf(['--pasword=hunter2', '--regsitry=oci://me:hunter2@h/p', '-phunter2'])
    expect(JSON.stringify(error) + String(error)).not.toContain('hunter2')
  })
})
