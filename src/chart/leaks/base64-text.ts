import type { Leak } from './leak.ts'
import { detectKeyFile, KEY_HEADS, PKCS12_KEY_BAGS } from './other-keys.ts'

/** What comes before a marker and matters: the beginning of a title, "-----BEGIN ENCRYPTED ". */
const DIGITS_BEFORE = 100
const DIGITS_AFTER = 192 * 1024
/** The place, modulo 4, of the first digit that a text decides when so many bytes, modulo 3, stand before it. */
const FIRST_DIGITS = [0, 2, 3]

/** How base64 writes `text`, by how many bytes modulo 3 stand before it: the digits that depend on it only. */
export function base64Forms(text: string): readonly string[] {
  return FIRST_DIGITS.map((first, offset) => {
    const digits = Buffer.from(`${'\0'.repeat(offset)}${text}`, 'latin1').toString('base64')
    return digits.slice(first, Math.floor(((offset + text.length) * 8) / 6))
  })
}

/** A part of what base64 makes of a text, and what is needed to decode the digits around it. */
export interface Base64Part {
  readonly text: string
  /** How many digits, modulo 4, stand before it. */
  readonly phase: number
  /** The part before it, which is looked for by itself. */
  readonly first?: string
}

/** A half of such a form is still too long to stand in other base64 by chance. */
const SHORTEST_HALVED = 12

/** The forms of `text`, long ones in two halves: the end of a line in one leaves the other whole. */
export function base64Parts(text: string): readonly Base64Part[] {
  return base64Forms(text).flatMap((form, offset) => {
    const phase = FIRST_DIGITS[offset] ?? 0
    if (form.length < SHORTEST_HALVED) return [{ text: form, phase }]
    const half = Math.ceil(form.length / 2)
    const first = form.slice(0, half)
    return [
      { text: first, phase },
      { text: form.slice(half), phase: (phase + half) % 4, first }
    ]
  })
}

/** Where a line ends, raw or escaped, with what comments, lists and strings put around it. */
const BREAK =
  /(?:[ \t"'`,\\]|[ \t]\+){0,40}(?:[\r\n]|\\{1,16}[rn])(?:[\s"'`#]|\\{1,16}[rn]|\/\/ |[-+*] ){0,200}/g
const DIGITS = new RegExp(`^(?:[A-Za-z0-9+/]|${BREAK.source})*`)

/** Decodes the base64 around `at`, where a part was found, the ends of lines in it left out. */
export function decodeAround(file: Buffer, at: number, phase: number): Buffer {
  const before = digitsOf(file.toString('latin1', Math.max(0, at - 2 * DIGITS_BEFORE), at))
  const [digits = ''] = DIGITS.exec(file.toString('latin1', at, at + DIGITS_AFTER)) ?? []
  const known = before.slice(-DIGITS_BEFORE)
  const skipped = (known.length - phase + 4) % 4
  return Buffer.from((known + digits.replace(BREAK, '')).slice(skipped), 'base64')
}

/** The digits at the end of a text. What else stands there is decoded too, and means nothing. */
function digitsOf(text: string): string {
  return /[A-Za-z0-9+/]*$/.exec(text.replace(BREAK, ''))?.[0] ?? ''
}

/** How keystores of Java begin. */
const JAVA_STORES = ['feedfeed000000', 'cececece000000'].map((magic) => Buffer.from(magic, 'hex'))
/** Tag and length of the outer SEQUENCE, of a short key and of a long one. */
const LEADS = [2, 3, 4]

const partsOf = (bytes: Buffer) => base64Parts(bytes.toString('latin1'))

/** By which base64 of a key file is found, where no title says that it is one: in Secrets, and as a plain value. */
export const KEY_FILES_IN_BASE64: readonly Base64Part[] = [
  ...[...KEY_HEADS, ...PKCS12_KEY_BAGS].flatMap(partsOf),
  ...JAVA_STORES.flatMap((magic) => partsOf(magic).slice(0, 1))
]

/** Key files in bytes that begin somewhat before what was found. */
export function keyFilesWithin(bytes: Buffer): readonly Leak[] {
  if (PKCS12_KEY_BAGS.some((bag) => bytes.includes(bag))) {
    return [{ kind: 'key', what: 'PKCS #12 file with a private key', at: 0 }]
  }
  const begins = [
    ...JAVA_STORES.map((magic) => bytes.indexOf(magic)),
    ...KEY_HEADS.flatMap((head) => {
      const at = bytes.indexOf(head)
      return LEADS.map((lead) => at - lead)
    })
  ]
  const found = begins
    .filter((begin) => begin >= 0)
    .map((begin) => detectKeyFile(bytes.subarray(begin)))
  return found.filter((leak) => !!leak).slice(0, 1)
}
