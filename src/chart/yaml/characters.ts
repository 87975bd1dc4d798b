import { yamlError } from './error.ts'
import type { DecodedStream } from './windows.ts'

/** What {@link Characters.at} gives beyond the end. The stream itself holds no such character. */
export const END = 0

const TAB = 0x09
const SPACE = 0x20
const CARRIAGE_RETURN = 0x0d
const LINE_FEED = 0x0a
const BYTE_ORDER_MARK = 0xfeff

export function isBlank(code: number): boolean {
  return code === SPACE || code === TAB
}

/** The line breaks of YAML 1.1: CR, LF, NEL, LS, PS. */
export function isBreak(code: number): boolean {
  if (code < 0x80) return code === LINE_FEED || code === CARRIAGE_RETURN
  return code === 0x85 || code === 0x2028 || code === 0x2029
}

export function isBreakOrEnd(code: number): boolean {
  return code === END || isBreak(code)
}

export function isBlankOrEnd(code: number): boolean {
  return isBlank(code) || isBreakOrEnd(code)
}

/** Where a token begins; columns and indexes count code points. */
export interface Mark {
  readonly line: number
  readonly column: number
  readonly index: number
}

/**
 * A place in a stream, with lookahead in the steps of go-yaml v2 (readerc.go): what a window holds is
 * seen no earlier than go-yaml sees it. `need` says how many characters are looked at from here.
 */
export class Characters {
  readonly text: string
  position = 0
  line = 0
  /** `position` of the line's first column, moved on by one for each character of two UTF-16 units. */
  #lineStart = 0
  #pairs = 0
  readonly #stream: DecodedStream
  readonly #hasPairs: boolean
  #window = 0
  /** As far as windows have been read. */
  #seen = 0
  /** go-yaml counts a final NUL for each time that it reads at the end of the stream. */
  #finalNuls = 0
  #bufferStart = 0

  constructor(stream: DecodedStream) {
    this.#stream = stream
    this.text = stream.text
    this.#hasPairs = /[\ud800-\udbff]/.test(stream.text)
  }

  get column(): number {
    return this.position - this.#lineStart
  }

  get index(): number {
    return this.position - this.#pairs
  }

  get mark(): Mark {
    return { line: this.line, column: this.column, index: this.index }
  }

  /** The UTF-16 unit at `offset` from here. */
  at(offset = 0): number {
    return this.text.charCodeAt(this.position + offset) || END
  }

  /** @throws YamlError where one of the next `count` characters cannot be decoded */
  need(count: number): void {
    if (this.#seen - this.position >= 2 * count) return
    if (this.#countTo(this.#seen, count) + this.#finalNuls < count) this.#read(count)
  }

  /** Moves to `end` on the same line; go-yaml looks `lookahead` characters ahead after each step. */
  advanceTo(end: number, lookahead: 1 | 2 = 1): void {
    if (end > this.#seen - 2 * lookahead) this.#readOn(end, lookahead)
    if (this.#hasPairs) this.#skipPairs(end)
    this.position = end
  }

  /** Moves over `count` characters of ASCII. */
  skip(count = 1): void {
    this.position += count
  }

  /** Moves over a line break, if there is one here, and gives it as YAML folds it. */
  takeBreak(): string {
    const code = this.at()
    if (!isBreak(code)) return ''
    this.position += code === CARRIAGE_RETURN && this.at(1) === LINE_FEED ? 2 : 1
    this.line += 1
    this.#lineStart = this.position
    return code > 0x85 ? String.fromCharCode(code) : '\n'
  }

  /**
   * Skips a byte order mark at the beginning of a line. go-yaml asks whether its buffer begins with
   * one, not the line, and skips whatever character stands here (yamlprivateh.go, is_bom).
   */
  skipByteOrderMark(): void {
    if (this.column !== 0 || this.text.charCodeAt(this.#bufferStart) !== BYTE_ORDER_MARK) return
    if (this.position >= this.text.length) return
    const end = this.#next(this.position)
    if (this.#hasPairs) this.#skipPairs(end)
    this.position = end
  }

  /** At the end of the stream go-yaml begins another line. */
  endLine(): void {
    if (this.column === 0) return
    this.line += 1
    this.#lineStart = this.position
  }

  #readOn(end: number, lookahead: 1 | 2): void {
    let starved = this.#starvedFrom(lookahead)
    while (starved <= end) {
      const first = Math.max(starved, this.#next(this.position))
      if (first > end) return
      if (this.#hasPairs) this.#skipPairs(first)
      this.position = first
      this.#read(lookahead)
      starved = this.#starvedFrom(lookahead)
    }
  }

  /** The first place from which `lookahead` characters have not been seen. */
  #starvedFrom(lookahead: 1 | 2): number {
    const missing = lookahead - this.#finalNuls
    if (missing <= 0) return Number.POSITIVE_INFINITY
    if (missing === 1 || this.#seen === 0) return this.#seen
    return this.#isPair(this.#seen - 2) ? this.#seen - 2 : this.#seen - 1
  }

  #read(count: number): void {
    this.#bufferStart = this.position
    while (this.#countTo(this.#seen, count) + this.#finalNuls < count) {
      const end = this.#stream.ends[this.#window]
      if (end === undefined) {
        this.#readEnd()
        return
      }
      this.#window += 1
      this.#seen = end
    }
  }

  #readEnd(): void {
    const { failure, text } = this.#stream
    if (failure !== undefined) throw yamlError(text.split('\n').length - 1, failure)
    this.#finalNuls += 1
  }

  /** How many characters there are up to `end`, counted as far as `enough`. */
  #countTo(end: number, enough: number): number {
    let count = 0
    for (let at = this.position; at < end && count < enough; at = this.#next(at)) count += 1
    return count
  }

  #next(position: number): number {
    return position + (this.#isPair(position) ? 2 : 1)
  }

  #isPair(position: number): boolean {
    return (this.text.charCodeAt(position) & 0xfc00) === 0xd800
  }

  #skipPairs(end: number): void {
    for (let at = this.position; at < end; at++) {
      if (!this.#isPair(at)) continue
      this.#pairs += 1
      this.#lineStart += 1
    }
  }
}
