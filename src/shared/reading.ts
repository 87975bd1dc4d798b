import type { Span } from './span.ts'

/** A text in another writing, one code unit after the other, and where each of them stands in the original. */
export interface Reading {
  readonly text: string
  readonly spans: readonly Span[]
}

/** Escapes of escapes of escapes: more is not an accident, and would take long for a text that is made for it. */
const MOST_PASSES = 4

/** One escape of HTML, of URLs, or of JSON and shells. */
const ESCAPE =
  /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,6}));|((?:%[0-9a-f]{2})+)|\\(?:u\{([0-9a-f]{1,6})\}|u([0-9a-f]{4})|x([0-9a-f]{2})|([\s\S]))/gi

/** A tag of HTML. It has no `<` inside, so that the search is linear. */
const TAG = /<[^<>]*>/g

/** The entities that encoders use for what has a meaning in HTML, in URLs or in attributes. */
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  plus: '+',
  equals: '=',
  sol: '/',
  bsol: '\\',
  commat: '@',
  colon: ':',
  percnt: '%',
  num: '#'
}

/** What JSON writes behind a backslash for white space. */
const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }

/**
 * `text` as somebody reads it who undoes escapes: entities, percent-encoding and backslashes are decoded, invisible
 * characters left out, white space (and the `+` of forms) folded to one blank, letters without accents and in lower
 * case. Two writings of one secret have the same reading.
 */
export function readingOf(text: string): Reading {
  return read(unchanged(text))
}

/** As `readingOf`, of a text whose tags of HTML are left out first. */
export function readingWithoutTags(text: string): Reading {
  return read(withoutTags(unchanged(text)))
}

/** A reading without the tags of HTML that its escapes stood for. */
export function withoutTags(reading: Reading): Reading {
  const parts: string[] = []
  const spans: Span[] = []
  let end = 0
  for (const { index, 0: tag } of reading.text.matchAll(TAG)) {
    parts.push(reading.text.slice(end, index))
    append(spans, reading.spans, { begin: end, end: index })
    end = index + tag.length
  }
  parts.push(reading.text.slice(end))
  append(spans, reading.spans, { begin: end, end: reading.text.length })
  return { text: parts.join(''), spans }
}

function read(given: Reading): Reading {
  let reading = given
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    const next = decodeOnce(reading)
    if (next === undefined) break
    reading = next
  }
  return folded(reading)
}

/** A reading without its blanks: for what was broken into lines. */
export function withoutBlanks({ text, spans }: Reading): Reading {
  return { text: text.replaceAll(' ', ''), spans: spans.filter((_, index) => text[index] !== ' ') }
}

/** Where the part of a reading stands in the original. */
export function originalSpan({ spans }: Reading, { begin, end }: Span): Span {
  return { begin: spans[begin]?.begin ?? 0, end: spans[end - 1]?.end ?? 0 }
}

function unchanged(text: string): Reading {
  const spans = Array.from({ length: text.length }, (_, begin) => ({ begin, end: begin + 1 }))
  return { text, spans }
}

/** Undoes one layer of escapes; undefined when there is none. */
function decodeOnce(reading: Reading): Reading | undefined {
  const parts: string[] = []
  const spans: Span[] = []
  let end = 0
  for (const match of reading.text.matchAll(ESCAPE)) {
    const decoded = decodedEscape(match)
    if (decoded === match[0]) continue
    parts.push(reading.text.slice(end, match.index), decoded)
    append(spans, reading.spans, { begin: end, end: match.index })
    end = match.index + match[0].length
    const whole = originalSpan(reading, { begin: match.index, end })
    for (let unit = 0; unit < decoded.length; unit++) spans.push(whole)
  }
  if (end === 0) return undefined
  parts.push(reading.text.slice(end))
  append(spans, reading.spans, { begin: end, end: reading.text.length })
  return { text: parts.join(''), spans }
}

function append(to: Span[], from: readonly Span[], { begin, end }: Span): void {
  for (const span of from.slice(begin, end)) to.push(span)
}

function decodedEscape([
  whole,
  decimal,
  hex,
  name,
  percents,
  ...backslash
]: RegExpExecArray): string {
  if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole
  if (percents !== undefined) return decodedBytes(percents)
  const [braced, four, two, escaped] = backslash
  if (escaped !== undefined) return CONTROLS[escaped] ?? escaped
  if (decimal !== undefined) return character(Number.parseInt(decimal, 10))
  const digits = hex ?? braced ?? four ?? two
  return digits === undefined ? whole : character(Number.parseInt(digits, 16))
}

function character(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : ''
}

function decodedBytes(percents: string): string {
  const bytes = Buffer.from(percents.replaceAll('%', ''), 'hex')
  const text = bytes.toString('utf8')
  return text.includes('\ufffd') ? bytes.toString('latin1') : text
}

function folded({ text, spans }: Reading): Reading {
  let read = ''
  const places: Span[] = []
  let at = 0
  for (const char of text) {
    const span = { begin: spans[at]?.begin ?? 0, end: spans[at + char.length - 1]?.end ?? 0 }
    at += char.length
    const plain = plainCharacter(char)
    if (plain === ' ' && read.endsWith(' ')) continue
    read += plain
    for (let unit = 0; unit < plain.length; unit++) places.push(span)
  }
  return { text: read, spans: places }
}

/** Upper case first: it is the only way from `ß` to what others make of it. The sign of a cut text stays. */
function plainCharacter(char: string): string {
  if (char === '+' || /\s/u.test(char)) return ' '
  if (char === '…') return char
  const bare = char.normalize('NFKD').replace(/[\p{M}\p{Cc}\p{Default_Ignorable_Code_Point}]/gu, '')
  return bare.toUpperCase().toLowerCase()
}
