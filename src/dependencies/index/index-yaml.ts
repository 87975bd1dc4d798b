import { resolvePlain } from '../../chart/yaml/resolve.ts'
import { IndexError } from './index-error.ts'
import { cutList } from './index-list.ts'
import { Lines, OddShape, unquoted } from './lines.ts'
import type { PlainLine } from './yaml-lines.ts'

/** The lists of some charts, each in a small YAML document of one key, `versions`. */
export type ChartLists = ReadonlyMap<string, Buffer>

/**
 * Finds the lists of some charts in an index in the block style of YAML, without parsing the rest. Undefined where it
 * has anything that only a whole parse understands, such as anchors, tabs, or all charts in brackets.
 * @param text one character for each byte; every line ends with `\n`
 * @throws IndexError where something is in it twice
 */
export function cutYamlIndex(text: string, names: readonly string[]): ChartLists | undefined {
  try {
    return new IndexCut(text, names).run()
  } catch (error) {
    if (error instanceof OddShape) return undefined
    throw error
  }
}

class IndexCut {
  readonly #lines: Lines
  /** By their bytes, as the text has them. */
  readonly #wanted: ReadonlyMap<string, string>
  readonly #lists = new Map<string, Buffer>()
  readonly #keys = new Set<string>()

  constructor(text: string, names: readonly string[]) {
    this.#lines = new Lines(text, /^--- *\n/.exec(text.slice(0, 100))?.[0].length ?? 0)
    this.#wanted = new Map(names.map((name) => [Buffer.from(name).toString('latin1'), name]))
  }

  run(): ChartLists {
    for (let line = this.#lines.peek(); line; line = this.#lines.peek()) {
      if (line.column > 0 || line.key === undefined) throw new OddShape()
      const key = unquoted(line.key)
      this.#noteKey(key, line.value)
      this.#lines.at = line.next
      if (key === 'entries' && line.value === '') this.#readEntries()
      else this.#lines.skipWhile(({ column }) => column > 0)
    }
    if (!this.#keys.has('entries') || !this.#keys.has('apiVersion')) throw new OddShape()
    return this.#lists
  }

  #noteKey(key: string, value: string): void {
    if (this.#keys.has(key)) throw new IndexError(`has "${key}" twice.`)
    this.#keys.add(key)
    if (!isPlainKey(key, value)) throw new OddShape()
  }

  #readEntries(): void {
    let indent: number | undefined
    for (let line = this.#lines.peek(); line && line.column > 0; line = this.#lines.peek()) {
      indent ??= line.column
      if (line.column !== indent || line.dashes.length > 0) throw new OddShape()
      this.#lines.at = line.next
      const wanted = this.#wanted.get(nameOf(line))
      if (wanted === undefined) this.#lines.skipBelow(line.column)
      else this.#addChart(wanted, line)
    }
  }

  #addChart(name: string, line: PlainLine): void {
    if (this.#lists.has(name)) throw new IndexError(`has the chart "${name}" twice.`)
    const inLine = `versions: ${this.#lines.text.slice(line.valueAt, line.next)}`
    const list = line.value === '' ? cutList(this.#lines, line.column) : inLine
    this.#lists.set(name, Buffer.from(list, 'latin1'))
  }
}

/** Whether the key of an index is written as usual, and not as one that Go takes for another, such as `Entries`. */
function isPlainKey(key: string, value: string): boolean {
  if (key === 'entries') return value === '' || value === '{}'
  if (key === 'apiVersion') return /^(?!null$)(["']?)[A-Za-z][\w./-]*\1$/i.test(value)
  return /^[a-z][A-Za-z]*$/.test(key) && !/^(?:entries|apiversion)$/i.test(key)
}

/** @throws OddShape where only a whole parse knows the name */
function nameOf({ key = '' }: PlainLine): string {
  if (/^["']/.test(key)) return unquoted(key)
  const value = resolvePlain(key)
  if (value.kind === 'string') return value.value
  if (value.kind !== 'int' && value.kind !== 'bool') throw new OddShape()
  return String(value.value)
}
