import { type Characters, isBlank, isBlankOrEnd } from './characters.ts'
import { yamlError } from './error.ts'
import { skipBlanks } from './separation.ts'
import type { TagToken } from './token.ts'

const WORD = /[0-9A-Za-z_-]*/y
const URI = /[0-9A-Za-z_;/?:@&=+$,.!~*'()[\]-]*/y
/** What may follow the name of an anchor beside white space. */
const AFTER_NAME = '?:,]}%@`'

/** Takes letters, digits, `-` and `_`. */
export function takeWord(chars: Characters): string {
  return takeMatch(chars, WORD)
}

/** Reads the name of an anchor or alias from its indicator on. @throws YamlError */
export function scanName(chars: Characters): string {
  chars.skip()
  const name = takeWord(chars)
  const next = chars.at()
  const ends = isBlankOrEnd(next) || AFTER_NAME.includes(String.fromCharCode(next))
  if (name === '' || !ends)
    throw yamlError(chars.line, 'the name of an anchor wants letters, digits, "-" or "_"')
  return name
}

/** Reads a tag from its `!` on (go-yaml v2, scannerc.go). @throws YamlError */
export function scanTag(chars: Characters): TagToken {
  const { line } = chars
  chars.need(2)
  const tag = chars.text.startsWith('!<', chars.position) ? scanVerbatim(chars) : scanShort(chars)
  chars.need(1)
  if (!isBlankOrEnd(chars.at()))
    throw yamlError(chars.line, 'a tag is not followed by white space or a line break')
  return { kind: 'tag', line, ...tag }
}

type TagText = Pick<TagToken, 'handle' | 'suffix'>

function scanVerbatim(chars: Characters): TagText {
  chars.skip(2)
  const suffix = takeUri(chars)
  if (suffix === '') throw yamlError(chars.line, 'a tag in angle brackets is empty')
  if (chars.text.charAt(chars.position) !== '>')
    throw yamlError(chars.line, 'a tag in angle brackets does not end with ">"')
  chars.skip()
  return { handle: '', suffix }
}

function scanShort(chars: Characters): TagText {
  const handle = takeHandle(chars)
  if (handle.length > 1 && handle.endsWith('!')) {
    const suffix = takeUri(chars)
    if (suffix === '') throw yamlError(chars.line, `the tag "${handle}" has no name`)
    return { handle, suffix }
  }
  const suffix = handle.slice(1) + takeUri(chars)
  return suffix === '' ? { handle: '', suffix: '!' } : { handle: '!', suffix }
}

function takeHandle(chars: Characters): string {
  chars.need(1)
  if (chars.text.charAt(chars.position) !== '!')
    throw yamlError(chars.line, 'a tag handle does not begin with "!"')
  chars.skip()
  const word = takeWord(chars)
  if (chars.text.charAt(chars.position) !== '!') return `!${word}`
  chars.skip()
  return `!${word}!`
}

/** Reads handle and prefix of a %TAG directive. @throws YamlError */
export function scanTagDirective(chars: Characters): readonly [handle: string, prefix: string] {
  skipBlanks(chars)
  const handle = takeHandle(chars)
  if (handle !== '!' && !handle.endsWith('!'))
    throw yamlError(chars.line, 'the handle of a %TAG directive does not end with "!"')
  chars.need(1)
  if (!isBlank(chars.at()))
    throw yamlError(chars.line, 'the handle of a %TAG directive is not followed by white space')
  skipBlanks(chars)
  const prefix = takeUri(chars)
  if (prefix === '') throw yamlError(chars.line, 'a %TAG directive has no prefix')
  chars.need(1)
  if (!isBlankOrEnd(chars.at()))
    throw yamlError(chars.line, 'a %TAG directive is not followed by a line break')
  return [handle, prefix]
}

function takeUri(chars: Characters): string {
  let uri = takeMatch(chars, URI)
  while (chars.text.charAt(chars.position) === '%')
    uri += takeEscapes(chars) + takeMatch(chars, URI)
  return uri
}

/** Takes the %-escaped octets of one character; they need be no UTF-8 beyond its shape. */
function takeEscapes(chars: Characters): string {
  const first = takeOctet(chars)
  const width = utf8Width(first)
  if (width === 0) throw yamlError(chars.line, 'a tag escapes an octet that begins no character')
  const octets = [first]
  while (octets.length < width) {
    const octet = takeOctet(chars)
    if ((octet & 0xc0) !== 0x80)
      throw yamlError(chars.line, 'a tag escapes an octet that continues no character')
    octets.push(octet)
  }
  return String.fromCharCode(...octets)
}

function takeOctet(chars: Characters): number {
  chars.need(3)
  const escaped = chars.text.slice(chars.position, chars.position + 3)
  if (!/^%[0-9a-fA-F]{2}$/.test(escaped))
    throw yamlError(chars.line, 'a tag holds a "%" without two hexadecimal digits')
  chars.skip(3)
  return Number.parseInt(escaped.slice(1), 16)
}

function utf8Width(octet: number): number {
  if (octet < 0x80) return 1
  if (octet < 0xc0) return 0
  if (octet < 0xe0) return 2
  if (octet < 0xf0) return 3
  return octet < 0xf8 ? 4 : 0
}

function takeMatch(chars: Characters, pattern: RegExp): string {
  chars.need(1)
  pattern.lastIndex = chars.position
  const match = pattern.exec(chars.text)?.[0] ?? ''
  chars.advanceTo(chars.position + match.length)
  return match
}
