import type { Span } from './span.ts'

/** Digits of base64 (of URLs too) or hexadecimal ones: as many as the shortest login in base64 has. */
const RUN = /[A-Za-z0-9+/_-]{16,}/g
const HEX = /^[0-9a-f]+$/i

/** A part of a text that may be an encoding of bytes, and what these are as text. */
export interface Packed extends Span {
  readonly contents: readonly string[]
}

/** All parts of `text` that may be base64 or hexadecimal, such as a login in JSON in a header. */
export function packedParts(text: string): readonly Packed[] {
  return [...text.matchAll(RUN)].map(({ index, 0: run }) => {
    const base64 = Buffer.from(run, 'base64').toString('utf8')
    const contents = HEX.test(run) ? [base64, Buffer.from(run, 'hex').toString('utf8')] : [base64]
    return { begin: index, end: index + run.length, contents }
  })
}
