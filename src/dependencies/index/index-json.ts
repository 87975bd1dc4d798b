import { IndexError } from './index-error.ts'

/** What an index in JSON holds of some charts: the JSON of each list. */
export interface JsonLists {
  readonly apiVersion: string | undefined
  readonly lists: ReadonlyMap<string, string>
}

/** No index is nested more deeply. */
const MOST_LEVELS = 200
/**
 * Bytes of the list of one chart, with all of its keys: several times the largest in public repositories. Of the worst
 * ones, that many take hundreds of MB.
 */
const LARGEST_LIST = 8 * 1024 * 1024

/**
 * Finds the lists of some charts in JSON, without building objects of the rest. Undefined where it is no JSON.
 * @param text one character for each byte
 * @throws IndexError where it is nested too deeply, or a list is too large to be parsed
 */
export function cutJsonIndex(text: string, names: readonly string[]): JsonLists | undefined {
  try {
    return cut(text, new Set(names))
  } catch (error) {
    if (error instanceof NotJson) return undefined
    throw error
  }
}

function cut(text: string, names: ReadonlySet<string>): JsonLists {
  const lists = new Map<string, string>()
  let apiVersion: string | undefined
  const scan = new JsonScan(text)
  scan.members((key) => {
    if (key === 'entries' && scan.sign === '{') {
      scan.members((name) => {
        const list = scan.value()
        if (!names.has(name)) return
        if (list.length > LARGEST_LIST) throw tooLarge(name)
        lists.set(name, list)
      })
    } else {
      const value = scan.value()
      if (key === 'apiVersion') apiVersion = value
      // Go takes `Entries` for `entries`.
      else if (/^(?:entries|apiversion)$/i.test(key.replaceAll('\u017f', 's'))) throw new NotJson()
    }
  })
  if (!scan.isAtEnd) throw new NotJson()
  return { apiVersion, lists }
}

class NotJson extends Error {}

function tooLarge(name: string): IndexError {
  return new IndexError(`has more than ${LARGEST_LIST} bytes of versions of the chart "${name}".`)
}

const SCALAR = /(?:-?(?:0|[1-9]\d{0,400})(?:\.\d{1,400})?(?:[eE][+-]?\d{1,9})?|true|false|null)/y
/** What stands outside of texts in JSON, except for brackets. Another sign belongs to YAML, or to nothing. */
const BETWEEN = new Set(',:0123456789+-.eE \t\n\raflnrstu')
const CLOSING: ReadonlyMap<string, string> = new Map([
  ['{', '}'],
  ['[', ']']
])

const [QUOTE, BACKSLASH, FIRST_PRINTABLE] = [0x22, 0x5c, 0x20]

/** Goes through JSON from value to value; what it skips, it takes for JSON by its signs. */
class JsonScan {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
    this.#skipSpace()
  }

  get sign(): string {
    return this.#text.charAt(this.#at)
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length
  }

  /** Calls `visit`, which has to read the value, for each member of an object. */
  members(visit: (key: string) => void): void {
    this.#expect('{')
    if (this.sign !== '}') this.#member(visit)
    while (this.sign === ',') {
      this.#expect(',')
      this.#member(visit)
    }
    this.#expect('}')
  }

  #member(visit: (key: string) => void): void {
    const start = this.#at
    this.#skipText()
    const key = parseText(this.#text.slice(start, this.#at))
    this.#skipSpace()
    this.#expect(':')
    visit(key)
  }

  /** The JSON of the value that stands here. */
  value(): string {
    const start = this.#at
    if (this.sign === '"') this.#skipText()
    else if (CLOSING.has(this.sign)) this.#skipNested()
    else {
      SCALAR.lastIndex = this.#at
      if (!SCALAR.test(this.#text)) throw new NotJson()
      this.#at = SCALAR.lastIndex
    }
    const json = this.#text.slice(start, this.#at)
    this.#skipSpace()
    return json
  }

  /** By counting brackets outside of texts; what lies between is parsed only where it is wanted. */
  #skipNested(): void {
    const open: string[] = []
    do {
      if (this.sign === '"') this.#skipText()
      else {
        noteBracket(this.sign, open)
        this.#at += 1
      }
    } while (open.length > 0)
  }

  #skipText(): void {
    if (this.sign !== '"') throw new NotJson()
    let at = this.#at + 1
    while (at < this.#text.length && this.#text.charCodeAt(at) !== QUOTE) {
      const code = this.#text.charCodeAt(at)
      if (code < FIRST_PRINTABLE) throw new NotJson()
      at += code === BACKSLASH ? 2 : 1
    }
    if (at >= this.#text.length) throw new NotJson()
    this.#at = at + 1
  }

  #expect(sign: string): void {
    if (this.sign !== sign) throw new NotJson()
    this.#at += 1
    this.#skipSpace()
  }

  #skipSpace(): void {
    while (/[ \t\n\r]/.test(this.sign)) this.#at += 1
  }
}

/** Keeps in `open` what closes the brackets that are open. */
function noteBracket(sign: string, open: string[]): void {
  const closing = CLOSING.get(sign)
  if (closing !== undefined) open.push(closing)
  else if (sign === open.at(-1)) open.pop()
  else if (!BETWEEN.has(sign)) throw new NotJson()
  if (open.length > MOST_LEVELS) throw new IndexError(`is nested more than ${MOST_LEVELS} deep.`)
}

function parseText(json: string): string {
  try {
    return String(JSON.parse(Buffer.from(json, 'latin1').toString('utf8')))
  } catch {
    throw new NotJson()
  }
}
