import type { ByteString } from '../chart/model/chart-file.ts'

const SEPARATOR = '/'

/** One thing that a pattern wants at a place of a name; gives where the name goes on, or undefined. */
type Step = (name: ByteString, at: number) => number | undefined

/** What stands between two stars; malformed where there are no steps. */
interface Chunk {
  readonly hasStar: boolean
  readonly steps: readonly Step[] | undefined
}

/**
 * A pattern of .helmignore as Go's filepath.Match takes it on Linux and macOS: `*` and `?` do not match a slash, `[a-c]`
 * and `[^a-c]` are classes, a backslash takes the next character as it is. Undefined is Go's error: it finds that a
 * pattern is malformed only when a name has matched so far. A match takes time in proportion to the name for each star.
 */
export function goGlob(pattern: ByteString): (name: ByteString) => boolean | undefined {
  if (!/[*?[\\]/.test(pattern)) return (name) => name === pattern
  const chunks = parse(pattern)
  return (name) => matches(chunks, name)
}

function matches(chunks: readonly Chunk[], name: ByteString): boolean | undefined {
  let rest = 0
  for (const [index, { hasStar, steps }] of chunks.entries()) {
    if (!steps) return undefined
    const isLast = index === chunks.length - 1
    if (hasStar && steps.length === 0) return !name.includes(SEPARATOR, rest)
    const end = endOfMatch(name, rest, { hasStar, steps, isLast })
    if (end === undefined) return false
    rest = end
  }
  return rest === name.length
}

interface Wanted {
  readonly hasStar: boolean
  readonly steps: readonly Step[]
  readonly isLast: boolean
}

function endOfMatch(
  name: ByteString,
  start: number,
  { hasStar, steps, isLast }: Wanted
): number | undefined {
  for (let at = start; at <= name.length; at++) {
    const end = run(steps, name, at)
    if (end !== undefined && (!isLast || end === name.length)) return end
    if (!hasStar || name[at] === SEPARATOR) return undefined
  }
  return undefined
}

function run(steps: readonly Step[], name: ByteString, start: number): number | undefined {
  let at: number | undefined = start
  for (const step of steps) {
    if (at === undefined || at >= name.length) return undefined
    at = step(name, at)
  }
  return at
}

function parse(pattern: ByteString): readonly Chunk[] {
  const chunks: Chunk[] = []
  let at = 0
  while (at < pattern.length) {
    const begin = at
    while (pattern[at] === '*') at++
    const steps: Step[] = []
    const hasStar = at > begin
    while (at < pattern.length && pattern[at] !== '*') {
      const parsed = parseStep(pattern, at)
      if (!parsed) return [...chunks, { hasStar, steps: undefined }]
      steps.push(parsed.step)
      at = parsed.end
    }
    chunks.push({ hasStar, steps })
  }
  return chunks
}

interface ParsedStep {
  readonly step: Step
  readonly end: number
}

function parseStep(pattern: ByteString, at: number): ParsedStep | undefined {
  const byte = pattern[at]
  if (byte === '[') return parseClass(pattern, at + 1)
  if (byte === '?') return { step: anyCharacter, end: at + 1 }
  const place = byte === '\\' ? at + 1 : at
  const wanted = pattern[place]
  if (wanted === undefined) return undefined
  return { step: (name, from) => (name[from] === wanted ? from + 1 : undefined), end: place + 1 }
}

function anyCharacter(name: ByteString, at: number): number | undefined {
  return name[at] === SEPARATOR ? undefined : at + characterAt(name, at).length
}

interface Range {
  readonly low: number
  readonly high: number
}

function parseClass(pattern: ByteString, start: number): ParsedStep | undefined {
  const isNegated = pattern[start] === '^'
  let at = isNegated ? start + 1 : start
  const ranges: Range[] = []
  while (pattern[at] !== ']' || ranges.length === 0) {
    const range = parseRange(pattern, at)
    if (!range) return undefined
    ranges.push(range)
    at = range.end
  }
  const step: Step = (name, from) => {
    const character = characterAt(name, from)
    const point = codePoint(character)
    const isIn = ranges.some(({ low, high }) => low <= point && point <= high)
    return isIn === isNegated ? undefined : from + character.length
  }
  return { step, end: at + 1 }
}

function parseRange(
  pattern: ByteString,
  at: number
): (Range & { readonly end: number }) | undefined {
  const low = parseBound(pattern, at)
  if (!low || pattern[low.end] !== '-')
    return low && { low: low.point, high: low.point, end: low.end }
  const high = parseBound(pattern, low.end + 1)
  return high && { low: low.point, high: high.point, end: high.end }
}

/** A class is not over behind one of its characters, so that something has to follow. */
function parseBound(
  pattern: ByteString,
  at: number
): { readonly point: number; readonly end: number } | undefined {
  if (['-', ']', undefined].includes(pattern[at])) return undefined
  const place = pattern[at] === '\\' ? at + 1 : at
  if (place >= pattern.length) return undefined
  const character = characterAt(pattern, place)
  const end = place + character.length
  const isInvalid = character.length === 1 && character > '\u007f'
  return isInvalid || end >= pattern.length ? undefined : { point: codePoint(character), end }
}

const UTF8 =
  /[\0-\x7f]|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}/y

/** The bytes of a character of UTF-8; a single one where there is none. */
function characterAt(text: ByteString, at: number): ByteString {
  UTF8.lastIndex = at
  return UTF8.exec(text)?.[0] ?? text.slice(at, at + 1)
}

/** U+FFFD for a byte that is not a character, as Go has it. */
function codePoint(character: ByteString): number {
  return Buffer.from(character, 'latin1').toString('utf8').codePointAt(0) ?? 0xfffd
}
