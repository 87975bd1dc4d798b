import { IndexError } from './index-error.ts'
import { isBelow, type Lines, OddShape, unquoted } from './lines.ts'
import type { PlainLine } from './yaml-lines.ts'

/** Keys of an entry that have nothing to do with a choice; they are most of an index. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  ...['annotations', 'description', 'keywords', 'sources', 'home', 'icon', 'created', 'appVersion']
])

/** Helm passes over versions with an odd alias or an empty entry in one of these; without, they can be left out. */
const RARELY_ODD: ReadonlySet<string> = new Set(['dependencies', 'maintainers'])
const PERHAPS_ODD = /alias|^ *- *(?:null|~|#.*)? *$/im

/**
 * Bytes that are parsed: more take seconds, and hundreds of MB. Without the keys above they are 20,000 versions of a
 * chart; the largest lists of public repositories have some hundred.
 */
export const MOST_PARSED = 4 * 1024 * 1024

/** The list that is being read. */
interface ListState {
  /** Of the dashes before versions. */
  readonly dash: number
  /** Of the keys of the version. */
  readonly column: number
  /** The keys of the version so far. */
  readonly keys: Set<string>
}

/**
 * The list of one chart as a document of the key `versions`: what is needed of each version. Leaves `lines` behind it.
 * @param nameColumn of the chart's name
 * @throws OddShape; IndexError, when it is too large to be parsed
 */
export function cutList(lines: Lines, nameColumn: number): string {
  const parts = ['versions:\n']
  let state: ListState | undefined
  let length = 0
  for (let line = lines.peek(); line && isBelow(line, nameColumn); line = lines.peek()) {
    const [dash] = line.dashes
    if (dash !== undefined) {
      state = beginVersion(line, dash, state)
      parts.push(' -\n')
    }
    if (!state || line.column !== state.column) throw new OddShape()
    const field = cutField(lines, line, state.keys)
    length += field.length
    if (length > MOST_PARSED) {
      throw new IndexError(`has more than ${MOST_PARSED} bytes of versions of one chart.`)
    }
    parts.push(field)
  }
  return parts.join('')
}

function beginVersion(line: PlainLine, dash: number, before: ListState | undefined): ListState {
  if (line.dashes.length > 1 || dash !== (before?.dash ?? dash)) throw new OddShape()
  return { dash, column: line.column, keys: new Set() }
}

/** A key of a version with all that belongs to it; empty where it is not needed. */
function cutField(lines: Lines, { key, column, start, next, value }: PlainLine, keys: Set<string>) {
  if (key === undefined) throw new OddShape()
  const name = unquoted(key)
  if (keys.has(name)) throw new IndexError(`has "${name}" twice in one version of a chart.`)
  keys.add(name)
  lines.at = next
  if (value === '') lines.skipBelow(column)
  const text = lines.text.slice(start, lines.at)
  const isLeftOut =
    LEFT_OUT.has(name) || (RARELY_ODD.has(name) && value === '' && !PERHAPS_ODD.test(text))
  return isLeftOut ? '' : `${' '.repeat(column)}${text}`
}
