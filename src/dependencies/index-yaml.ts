import { resolvePlain } from '../chart/yaml/resolve.ts'
import { IndexError } from './index-error.ts'
import { type PlainLine, readLine } from './yaml-lines.ts'

/** The lists of some charts, each in a small YAML document of one key, `versions`. */
export type ChartLists = ReadonlyMap<string, Buffer>

/** Keys of an entry that have nothing to do with a choice; they are most of an index. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  ...['annotations', 'description', 'keywords', 'sources', 'home', 'icon', 'created', 'appVersion']
])

/**
 * Finds the lists of some charts in an index in the block style of YAML, without parsing the rest. Undefined where it
 * has anything that only a whole parse understands, such as anchors, tabs, or long lists in brackets.
 * @param text one character for each byte; every line ends with `\n`
 * @throws IndexError where something is in it twice
 */
export function cutYamlIndex(text: string, names: readonly string[]): ChartLists | undefined {
  return new IndexCut(text, names).run()
}

class IndexCut {
  readonly #text: string
  /** By their bytes, as the text has them. */
  readonly #wanted: ReadonlyMap<string, string>
  readonly #blocks = new Map<string, Buffer>()
  #hasApiVersion = false
  #hasEntries = false
  #isOdd = false

  constructor(text: string, names: readonly string[]) {
    this.#text = text
    this.#wanted = new Map(names.map((name) => [Buffer.from(name).toString('latin1'), name]))
  }

  run(): ChartLists | undefined {
    for (let at = afterMark(this.#text); ; ) {
      const line = readLine(this.#text, at)
      if (line === 'end') break
      if (line === 'odd' || line.column > 0 || line.key === undefined) return undefined
      const isEntries = line.key === 'entries'
      this.#note(line, isEntries)
      at = isEntries && line.value === '' ? this.#readEntries(line.next) : this.#skipBelow(line)
      if (this.#isOdd) return undefined
    }
    if (!this.#hasApiVersion || !this.#hasEntries) return undefined
    return this.#blocks
  }

  #note({ key = '', value }: PlainLine, isEntries: boolean): void {
    const isApiVersion = key === 'apiVersion'
    if ((isEntries && this.#hasEntries) || (isApiVersion && this.#hasApiVersion))
      throw new IndexError(`has "${key}" twice.`)
    if (isEntries && value !== '' && value !== '{}') this.#isOdd = true
    // A key that Go takes for one of these, or that is written in another manner.
    if (!isEntries && !isApiVersion && !/^[a-z][A-Za-z]*$/.test(key)) this.#isOdd = true
    if (/^(?:entries|apiversion)$/i.test(key) && !isEntries && !isApiVersion) this.#isOdd = true
    this.#hasEntries ||= isEntries
    if (isApiVersion && !/^(?!null$)(["']?)[A-Za-z][\w./-]*\1$/i.test(value)) this.#isOdd = true
    this.#hasApiVersion ||= isApiVersion
  }

  /** Over the lines of a value that is no list of charts. */
  #skipBelow(line: PlainLine): number {
    let at = line.next
    for (;;) {
      const below = readLine(this.#text, at)
      if (below === 'end') return at
      if (below === 'odd') break
      if (below.column === 0) return at
      at = below.next
    }
    this.#isOdd = true
    return at
  }

  #readEntries(start: number): number {
    let at = start
    let indent: number | undefined
    for (;;) {
      const line = readLine(this.#text, at)
      if (line === 'end') return at
      if (line === 'odd') break
      if (line.column === 0) return at
      indent ??= line.column
      const name = line.column === indent && line.dashes.length === 0 ? nameOf(line) : undefined
      if (name === undefined) break
      at = this.#readChart(name, line)
      if (this.#isOdd) return at
    }
    this.#isOdd = true
    return at
  }

  /** From the line with the name of a chart to the line after its list. */
  #readChart(name: string, line: PlainLine): number {
    const wanted = this.#wanted.get(name)
    if (wanted === undefined) return this.#skipChart(line)
    if (this.#blocks.has(wanted)) throw new IndexError(`has the chart "${wanted}" twice.`)
    const list = new ListCut(this.#text, line.column)
    const next = line.value === '' ? list.read(line.next) : line.next
    const block =
      line.value === '' ? list.block() : `versions: ${this.#text.slice(line.valueAt, line.next)}`
    this.#isOdd ||= next === undefined
    this.#blocks.set(wanted, Buffer.from(block, 'latin1'))
    return next ?? line.next
  }

  #skipChart(chart: PlainLine): number {
    let at = chart.next
    for (;;) {
      const line = readLine(this.#text, at)
      if (line === 'end') return at
      if (line === 'odd') break
      if (!isPartOf(line, chart.column)) return at
      at = line.next
    }
    this.#isOdd = true
    return at
  }
}

/** Behind a `---` that nothing stands before. */
function afterMark(text: string): number {
  return /^--- *\n/.exec(text.slice(0, 100))?.[0].length ?? 0
}

/** Whether a line belongs to the chart whose name has that column: the dashes of its list may have it as well. */
function isPartOf({ dashes, column }: PlainLine, nameColumn: number): boolean {
  const first = dashes[0]
  return first === undefined ? column > nameColumn : first >= nameColumn
}

/** The name of a chart; undefined where it is none that a plain look can read. */
function nameOf({ key = '' }: PlainLine): string | undefined {
  if (/^["']/.test(key)) return key.slice(1, -1)
  const value = resolvePlain(key)
  if (value.kind === 'string') return value.value
  return value.kind === 'int' || value.kind === 'bool' ? String(value.value) : undefined
}

/** The list of one chart: what is needed of each version. */
class ListCut {
  readonly #text: string
  readonly #nameColumn: number
  readonly #parts: string[] = ['versions:\n']
  /** Of the version that is being read. */
  #keys = new Set<string>()

  constructor(text: string, nameColumn: number) {
    this.#text = text
    this.#nameColumn = nameColumn
  }

  block(): string {
    return this.#parts.join('')
  }

  /** Where the list ends; undefined where it is odd. */
  read(start: number): number | undefined {
    let at = start
    let dash: number | undefined
    let column: number | undefined
    for (;;) {
      const line = readLine(this.#text, at)
      if (line === 'odd') return undefined
      if (line === 'end' || !isPartOf(line, this.#nameColumn)) return at
      dash ??= line.dashes[0]
      const isVersion = line.dashes[0] === dash && line.dashes.length === 1
      if (isVersion) column = line.column
      if (
        line.key === undefined ||
        line.column !== column ||
        (line.dashes.length > 0 && !isVersion)
      )
        return undefined
      at = this.#addField(line, isVersion)
    }
  }

  /** A key of a version with all that belongs to it. */
  #addField(line: PlainLine, isFirst: boolean): number {
    const { key = '', column } = line
    if (isFirst) {
      this.#keys = new Set()
      this.#parts.push(' -\n')
    }
    const name = key.replace(/^(["'])(.*)\1$/, '$2')
    if (this.#keys.has(name)) throw new IndexError(`has "${name}" twice in one version of a chart.`)
    this.#keys.add(name)
    const end = line.value === '' ? this.#endOfNested(line) : line.next
    if (!LEFT_OUT.has(name)) this.#parts.push(' '.repeat(column), this.#text.slice(line.start, end))
    return end
  }

  #endOfNested({ column, next }: PlainLine): number {
    let at = next
    for (;;) {
      const line = readLine(this.#text, at)
      if (line === 'end' || line === 'odd' || !isPartOf(line, column)) return at
      // The dashes of a list that is the value may have the column of its key.
      at = line.next
    }
  }
}
