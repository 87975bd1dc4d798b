import { addressSecrets } from './address-secrets.ts'
import {
  originalSpan,
  type Reading,
  readingOf,
  readingWithoutTags,
  withoutBlanks,
  withoutTags
} from './reading.ts'
import { HIDDEN } from './secret.ts'
import { positions, replaceSpans, type Span } from './span.ts'

/** Fewer characters of a secret reveal nothing of it, and would hide the ends of ordinary words. */
const SHORTEST_BEGINNING = 4

/** What stands behind the beginning of a text that was shortened, by `shorten` or by others. */
const CUTS = ['…', '...']

/** What is looked for in a text. All of it is in lower case. */
export interface Needles {
  /** Forms that are found anywhere. */
  readonly parts: readonly string[]
  /** Forms so short that they are hidden only where they stand as a word of their own. */
  readonly words: readonly string[]
  /** What `readingOf` makes of secrets. */
  readonly readings: readonly string[]
  /** What `withoutBlanks` makes of them. */
  readonly dense: readonly string[]
}

/**
 * `text` with every needle replaced by `***`, in whatever case and escapes it is written, also where only its
 * beginning was left; and with the logins and secret parameters of every address. Where they overlap, one
 * takes the place of all, so that nothing of either is left.
 */
export function redact(text: string, needles: Needles): string {
  const plain = lowerCase(text)
  const spans = [
    ...addressSecrets(text),
    ...occurrences(plain, needles.parts),
    ...words(plain, needles.words),
    ...hiddenInReading(text, needles),
    ...hiddenInPacked(text, needles)
  ]
  return replaceSpans(text, spans, HIDDEN)
}

/** `text` in lower case, with as many code units as before. */
export function lowerCase(text: string): string {
  const lower = text.toLowerCase()
  if (lower.length === text.length) return lower
  const units = text.split('').map((unit) => {
    const low = unit.toLowerCase()
    return low.length === 1 ? low : unit
  })
  return units.join('')
}

function hiddenInReading(text: string, { readings, dense }: Needles): readonly Span[] {
  if (readings.length === 0 && dense.length === 0) return []
  return readingsOf(text).flatMap((reading) => {
    return [...spansIn(reading, readings), ...spansIn(withoutBlanks(reading), dense)]
  })
}

/** With its tags, without them, and without those that it has only once it is decoded. */
function readingsOf(text: string): readonly Reading[] {
  const reading = readingOf(text)
  const bare = text.includes('<') ? [readingWithoutTags(text)] : []
  return [reading, ...bare, ...(reading.text.includes('<') ? [withoutTags(reading)] : [])]
}

/** Encodings of longer texts, in which a secret has escapes of its own. */
function hiddenInPacked(text: string, needles: Needles): readonly Span[] {
  if (needles.dense.length === 0) return []
  return packedParts(text).filter(({ contents }) => {
    return contents.some((content) => hiddenInReading(content, needles).length > 0)
  })
}

function spansIn(reading: Reading, needles: readonly string[]): readonly Span[] {
  return occurrences(reading.text, needles).map((span) => originalSpan(reading, span))
}

function occurrences(text: string, needles: readonly string[]): readonly Span[] {
  const cuts = CUTS.flatMap((cut) => positions(text, cut))
  return needles.flatMap((needle) => {
    const whole = positions(text, needle)
    const found = whole.map((begin) => ({ begin, end: begin + needle.length }))
    return cuts.length === 0 ? found : [...found, ...beginnings(text, needle, cuts)]
  })
}

/** The longest beginning of `needle` before each cut. */
function beginnings(text: string, needle: string, cuts: readonly number[]): readonly Span[] {
  return cuts.flatMap((end) => {
    for (let length = needle.length - 1; length >= SHORTEST_BEGINNING; length--) {
      const isLast = text[end - 1] === needle[length - 1]
      if (isLast && text.endsWith(needle.slice(0, length), end))
        return [{ begin: end - length, end }]
    }
    return []
  })
}

/** What makes one word of what stands on both sides of it: names, versions, paths and digests have them. */
const JOINS = /[\p{L}\p{N}._/+@-]/u

function words(text: string, needles: readonly string[]): readonly Span[] {
  const isJoined = (at: number) => JOINS.test(text[at] ?? ' ')
  return needles.flatMap((needle) => {
    return positions(text, needle)
      .map((begin) => ({ begin, end: begin + needle.length }))
      .filter(({ begin, end }) => !isJoined(begin - 1) && !isJoined(end))
  })
}

/** Digits of base64 (of URLs too) or hexadecimal ones: as many as the shortest login in base64 has. */
const RUN = /[A-Za-z0-9+/_-]{16,}/g
const HEX = /^[0-9a-f]+$/i

/** A part of a text that may be an encoding of bytes, and what these are as text. */
interface Packed extends Span {
  readonly contents: readonly string[]
}

/** All parts of `text` that may be base64 or hexadecimal, such as a login in JSON in a header. */
function packedParts(text: string): readonly Packed[] {
  return [...text.matchAll(RUN)].map(({ index, 0: run }) => {
    const base64 = Buffer.from(run, 'base64').toString('utf8')
    const contents = HEX.test(run) ? [base64, Buffer.from(run, 'hex').toString('utf8')] : [base64]
    return { begin: index, end: index + run.length, contents }
  })
}
