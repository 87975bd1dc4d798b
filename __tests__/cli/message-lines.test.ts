import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { flagsOf } from '../../src/cli/flags.ts'
import { messageLines } from '../../src/cli/message-lines.ts'
import { messageStyle } from '../../src/cli/message-style.ts'
import { parseFlags } from '../../src/cli/parse-flags.ts'

const MESSAGE = {
  text: 'registry.example.com refused to show registry.example.com/charts/web:1.4.0:',
  why: '401 UNAUTHORIZED "authentication required". This login is not known there.',
  fix: 'Check --username and --password-file.',
  place: 'charts/web/Chart.yaml:3'
}
const PLAIN = { width: undefined, isColoured: false, indent: 0 }

describe('a message', () => {
  test('has a line for each of its parts, however long, where it is not a terminal', () => {
    expect(messageLines('Error', MESSAGE, PLAIN)).toEqual([
      `Error: ${MESSAGE.text}`,
      `  ${MESSAGE.why}`,
      `  Fix: ${MESSAGE.fix}`,
      '  at charts/web/Chart.yaml:3'
    ])
  })

  test('is wrapped to the width of a terminal, each part below its beginning', () => {
    const lines = messageLines('Error', MESSAGE, { ...PLAIN, width: 50 })
    expect(lines).toEqual([
      'Error: registry.example.com refused to show',
      '  registry.example.com/charts/web:1.4.0:',
      '  401 UNAUTHORIZED "authentication required". This',
      '  login is not known there.',
      '  Fix: Check --username and --password-file.',
      '  at charts/web/Chart.yaml:3'
    ])
    expect(lines.every((line) => line.length <= 50)).toBe(true)
  })

  test('leaves room for the indent of a group', () => {
    const lines = messageLines('Warning', MESSAGE, { ...PLAIN, width: 50, indent: 2 })
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(48)
  })

  test('is not wrapped to what nobody can read', () => {
    const [first] = messageLines('Error', MESSAGE, { ...PLAIN, width: 3 })
    expect(first).toBe('Error: registry.example.com refused to')
  })

  test('has colours for its labels alone, which do not count for the width', () => {
    const plain = messageLines('Error', MESSAGE, { ...PLAIN, width: 50 })
    const lines = messageLines('Error', MESSAGE, { ...PLAIN, width: 50, isColoured: true })
    expect(lines[0]).toContain('\u001b[1;31mError:\u001b[0m registry')
    expect(lines[4]).toBe('  \u001b[1;32mFix:\u001b[0m Check --username and --password-file.')
    expect(lines.map(stripVTControlCharacters)).toEqual(plain)
  })
})

describe('colours', () => {
  const TERMINAL = { isTTY: true, columns: 100 }
  test.each([
    ['on a terminal', [], {}, TERMINAL, true],
    ['not in a pipe', [], {}, {}, false],
    ['not with NO_COLOR', [], { NO_COLOR: '1' }, TERMINAL, false],
    ['with an empty NO_COLOR, as no-color.org has it', [], { NO_COLOR: '' }, TERMINAL, true],
    ['not on a terminal that knows none', [], { TERM: 'dumb' }, TERMINAL, false],
    ['in a pipe with --color', ['--color'], {}, {}, true],
    ['with --color=always beside NO_COLOR', ['--color=always'], { NO_COLOR: '1' }, {}, true],
    ['not with --color=never', ['--color=never'], {}, TERMINAL, false],
    ['not with --color=false', ['--color=false'], {}, TERMINAL, false],
    ['as ever with --color=auto', ['--color=auto'], {}, {}, false],
    ['as the last --color says', ['--color', '--color=never'], {}, TERMINAL, false]
  ])('%s', (_, args, environment, stream, isColoured) => {
    expect(messageStyle(args, environment, stream).isColoured).toBe(isColoured)
  })

  test('lines are wrapped on terminals alone, of 80 characters where it is not said', () => {
    expect(messageStyle([], {}, TERMINAL).width).toBe(99)
    expect(messageStyle([], {}, { isTTY: true, columns: 0 }).width).toBe(79)
    expect(messageStyle(['--color'], {}, {}).width).toBeUndefined()
  })

  test.each([
    [['--color=pink'], '--color is "pink".', 'Write --color or --color=auto or --color=always'],
    [['--color', 'never'], '--color is followed by "never".', 'Write --color=never.'],
    [['--color='], '--color is empty.', 'Give it a value']
  ])('%j is refused', (args, message, fix) => {
    expect(() => parseFlags(args, flagsOf('publish'), 'publish')).toThrow(
      expect.objectContaining({ message, fix: expect.stringContaining(fix) })
    )
  })
})
