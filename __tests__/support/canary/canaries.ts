import { randomBytes } from 'node:crypto'

/** A random secret for one source, and what to look for. */
export interface Canary {
  readonly name: string
  readonly value: string
  /** Parts of it made of letters and digits alone, which no escaping of text changes; a cut leaves one whole. */
  readonly marks: readonly string[]
}

/** What stands around the marks of a secret of which any character is allowed. */
const AWKWARD = [`q"'&<`, `> \\+/é%`] as const
/** RFC 6750: what a bearer token may have. */
const OF_TOKENS = ['~', '-._+/=='] as const
const MARK_LENGTH = 12

/** A secret with quotes, brackets, blanks and letters of two bytes in it. */
export function awkwardCanary(name: string): Canary {
  return dressed(name, AWKWARD)
}

/** A secret as it may stand in a header. */
export function tokenCanary(name: string): Canary {
  return dressed(name, OF_TOKENS)
}

/** A secret that was made elsewhere, in lines of base64: its marks are the stretches without `+` and `/`. */
export function keyCanary(name: string, value: string, base64: string): Canary {
  const marks = base64.match(new RegExp(`[A-Za-z0-9]{${MARK_LENGTH},}`, 'g'))
  if (!marks) throw new Error(`${name} has no stretch of ${MARK_LENGTH} letters and digits`)
  return { name, value, marks }
}

/** A part of the base64 of a PEM block, in its lines: no mark is to reach over the end of one. */
export function partOf(pem: string, begin: number, end = pem.length): string {
  const lines = pem
    .replace(/-----[^-]+-----/g, '')
    .trim()
    .split(/\s+/)
  let passed = 0
  const parts = lines.map((line) => {
    const part = line.slice(Math.max(0, begin - passed), Math.max(0, end - passed))
    passed += line.length
    return part
  })
  return parts.join('\n')
}

function dressed(name: string, [before, after]: readonly [string, string]): Canary {
  const marks = [randomMark(), randomMark()]
  return { name, value: `${before}${marks.join('')}${after}`, marks }
}

function randomMark(): string {
  const letters = randomBytes(64)
    .toString('base64')
    .replace(/[^A-Za-z0-9]/g, '')
  return letters.slice(0, MARK_LENGTH)
}
