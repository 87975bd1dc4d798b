import { describe, expect, test } from '@jest/globals'
import { COMMANDS, parseCommand } from '../support/runner/commands.ts'
import { linesOf } from '../support/runner/text.ts'

const REGISTERED = new Set<string>(COMMANDS)

function parsed(line: string) {
  const command = parseCommand(line, REGISTERED)
  return command && [command.name, Object.fromEntries(command.properties), command.data]
}

describe('ActionCommand.cs: lines with ::', () => {
  test.each([
    ['::error::x', ['error', {}, 'x']],
    ['::ERROR::x', ['error', {}, 'x']],
    ['  \t\u000b\f\u00a0\u0085\u2003\u2028\u3000::error::x', ['error', {}, 'x']],
    ['::set-output name=a::b', ['set-output', { name: 'a' }, 'b']],
    ['::set-output   name=a  ::b', ['set-output', { name: 'a' }, 'b']],
    ['::error file=a.ts,line=3,,=x,title=::b', ['error', { file: 'a.ts', line: '3' }, 'b']],
    ['::error File=a%3Ab%2Cc%250A%0A::b', ['error', { file: 'a:b,c%0A\n' }, 'b']],
    ['::error::a%0Ab%0Dc%25d%250Ae%3A', ['error', {}, 'a\nb\rc%d%0Ae%3A']],
    ['::error::a::b', ['error', {}, 'a::b']],
    ['::endgroup::', ['endgroup', {}, '']],
    ['::error:\u200b:x', ['error', {}, ':x']]
  ])('%j is a command', (line, command) => {
    expect(parsed(line)).toEqual(command)
  })

  test.each([
    'x ::error::y',
    '\ufeff::error::x',
    '\u200b::error::x',
    ': :error::x',
    '::error',
    '::error:x',
    ':: error::x',
    '::unknown::x',
    '::missing.command::x',
    '::error,x::y',
    '\u001b[31m::error::x',
    '\\n::error::x',
    ''
  ])('%j is text', (line) => {
    expect(parsed(line)).toBeUndefined()
  })
})

describe('ActionCommand.cs: lines with ##[', () => {
  test.each([
    ['##[error]x', ['error', {}, 'x']],
    ['anything ##[Warning]x', ['warning', {}, 'x']],
    ['x##[set-output name=a;b=c]d', ['set-output', { name: 'a', b: 'c' }, 'd']],
    ['##[set-output name=a%3Bb%5Dc%25]d%0Ae%3Bf', ['set-output', { name: 'a;b]c%' }, 'd\ne;f']],
    ['###[error]x', ['error', {}, 'x']],
    ['::unknown::##[error]x', ['error', {}, 'x']]
  ])('%j is a command', (line, command) => {
    expect(parsed(line)).toEqual(command)
  })

  test.each([
    '##[error',
    '# #[error]x',
    '##[unknown]x',
    '##[ error]x',
    '##[x]##[error]y',
    '##error]'
  ])('%j is text', (line) => {
    expect(parsed(line)).toBeUndefined()
  })
})

test('StreamReader: lines end at LF, CR and CRLF and nowhere else', () => {
  expect(linesOf('a\nb\rc\r\nd\n\ne\u2028f\u0085g\u000bh')).toEqual([
    'a',
    'b',
    'c',
    'd',
    '',
    'e\u2028f\u0085g\u000bh'
  ])
})

test('StreamReader: a byte order mark at the beginning of a stream is no character', () => {
  expect(linesOf('\ufeff::error::x\n\ufeffy')).toEqual(['::error::x', '\ufeffy'])
})
