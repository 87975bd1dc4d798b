import { ByteSearch } from './byte-search.ts'
import { looksRandom } from './random-text.ts'
import { encodings } from './secret-encodings.ts'
import { inUtf8 } from './utf16.ts'

/** A secret that stands in a file. */
export interface FoundSecret {
  /** Whether it is long enough that it cannot stand there by chance. */
  readonly isLong: boolean
  /** Counted from 1. */
  readonly line: number
}

/** DESIGN.md, "Secrets in a chart": shorter ones are often the default of somebody's values.yaml, such as Harbor12345. */
const LONG = 16
/** What is shorter stands in every chart: "e", "app". */
const SHORTEST = 4
/** Shorter encodings are ordinary text. */
const SHORTEST_ENCODING = 8
/** A line of a key in base64, or the key in a line of JSON; a shorter one may be "-----BEGIN PRIVATE KEY-----". */
const SHORTEST_LINE = 40
/** A long form is found by its first or its second part of this size: a line break in one leaves the other whole. */
const PART_BYTES = LONG / 2
const LINE_BREAKS = /[ \t]*[\r\n]+[ \t\r\n]*/g

/** Looks for secrets in files, raw and in their encodings, wherever a line breaks. It shows no secret to anybody. */
export class SecretSearch {
  readonly #long: LongForms
  readonly #short: ShortForms

  constructor(secrets: readonly string[]) {
    const values = [...new Set(secrets.map((secret) => secret.trim()))]
    this.#long = new LongForms(values.filter(({ length }) => length >= LONG))
    this.#short = new ShortForms(values.filter(({ length }) => length >= SHORTEST && length < LONG))
  }

  /** The first long secret in `file`, else the first short one; undefined where there is none. */
  find(file: Buffer): FoundSecret | undefined {
    const text = inUtf8(file)
    const long = this.#long.findIn(text)
    const at = long ?? this.#short.findIn(text)
    return at === undefined ? undefined : { isLong: long !== undefined, line: lineAt(text, at) }
  }
}

class LongForms {
  readonly #forms: readonly Buffer[]
  readonly #parts: ByteSearch

  constructor(values: readonly string[]) {
    this.#forms = distinct(values.flatMap(longForms))
    const parts = this.#forms.flatMap((form) => {
      return [0, PART_BYTES].map((start) => form.subarray(start, start + PART_BYTES))
    })
    this.#parts = new ByteSearch(parts)
  }

  findIn(file: Buffer): number | undefined {
    for (const { needle, at } of this.#parts.matches(file)) {
      const form = this.#forms[Math.floor(needle / 2)]
      if (form && isAround(file, at, form, needle % 2 === 0 ? 0 : PART_BYTES)) return at
    }
    return undefined
  }
}

/** Without line breaks, for files without them. */
function longForms(value: string): readonly Buffer[] {
  const lines = value.split(/[\r\n]+/).map((line) => line.trim())
  const texts = lines.length === 1 ? [value] : [value, ...lines.filter(isTelling)]
  const forms = texts.flatMap((text) => [text, ...encodings(text)])
  return [
    ...forms.map((form) => Buffer.from(form.replace(LINE_BREAKS, ''), 'utf8')),
    ...texts.flatMap(utf16)
  ].filter(({ length }) => length >= LONG)
}

/** Of a secret with several lines, a key or a JSON file, those that nobody else has. */
function isTelling(line: string): boolean {
  return (line.match(/[A-Za-z0-9+/=_-]+/g) ?? []).some((run) => {
    return run.length >= SHORTEST_LINE && looksRandom(run)
  })
}

/** As PowerShell writes files, and their opposite. */
function utf16(text: string): readonly Buffer[] {
  const little = Buffer.from(text, 'utf16le')
  return [little, Buffer.from(little).swap16()]
}

/** Whether `form`, whose part from `start` on begins at `at`, is there as a whole, line breaks left out. */
function isAround(file: Buffer, at: number, form: Buffer, start: number): boolean {
  return (
    agree(file, at, form.subarray(start), 1) && agree(file, at - 1, form.subarray(0, start), -1)
  )
}

/** Compares from `at` on, forwards, or backwards from the end of `part`. */
function agree(file: Buffer, at: number, part: Buffer, step: 1 | -1): boolean {
  let place = at
  for (let index = 0; index < part.length; index++) {
    const wanted = part[step === 1 ? index : part.length - 1 - index]
    if (file[place] !== wanted) place = behindBreak(file, place, step)
    if (file[place] !== wanted) return false
    place += step
  }
  return true
}

/** The first byte behind a line break and the blanks around it; `at` itself where there is none. */
function behindBreak(file: Buffer, at: number, step: 1 | -1): number {
  let place = at
  let breaks = 0
  for (; BLANKS.includes(file[place] ?? 0); place += step) {
    if (LINE_ENDS.includes(file[place] ?? 0)) breaks += 1
  }
  return breaks === 0 ? at : place
}

const LINE_ENDS = [0x0a, 0x0d]
const BLANKS = [0x09, 0x20, ...LINE_ENDS]

class ShortForms {
  readonly #words: readonly Buffer[]
  readonly #all: readonly Buffer[]
  readonly #search: ByteSearch

  constructor(values: readonly string[]) {
    this.#words = values.map((value) => Buffer.from(value, 'utf8'))
    const encoded = values.flatMap(encodings).filter(({ length }) => length >= SHORTEST_ENCODING)
    this.#all = distinct([...this.#words, ...encoded.map((form) => Buffer.from(form, 'utf8'))])
    this.#search = new ByteSearch(this.#all)
  }

  findIn(file: Buffer): number | undefined {
    for (const { needle, at } of this.#search.matches(file)) {
      const form = this.#all[needle]
      // A short password may be a part of any word.
      if (form && (!this.#isPlain(form) || isWordAt(file, at, form.length))) return at
    }
    return undefined
  }

  #isPlain(form: Buffer): boolean {
    return this.#words.some((word) => word.equals(form))
  }
}

function isWordAt(file: Buffer, at: number, length: number): boolean {
  const isPart = (index: number) => /\w/.test(String.fromCharCode(file[index] ?? 0))
  const [first, last] = [at, at + length - 1]
  return !(isPart(first) && isPart(first - 1)) && !(isPart(last) && isPart(last + 1))
}

function distinct(forms: readonly Buffer[]): readonly Buffer[] {
  return [...new Map(forms.map((form) => [form.toString('latin1'), form])).values()]
}

/** The line of a byte, counted from 1. */
export function lineAt(file: Buffer, at: number): number {
  let line = 1
  for (let end = file.indexOf(0x0a); end !== -1 && end < at; end = file.indexOf(0x0a, end + 1)) {
    line += 1
  }
  return line
}
