import { type ByteString, toText } from '../chart/model/chart-file.ts'
import { goGlob } from './go-glob.ts'

/** A line of .helmignore, without the blanks around it. */
export interface IgnoreRule {
  readonly text: string
  /** Counted from 1; 0 for the rule that Helm adds. */
  readonly line: number
}

interface Rule extends IgnoreRule {
  readonly isNegated: boolean
  readonly isForFolders: boolean
  readonly matches: (path: ByteString) => boolean
}

/** Helm's own, after those of the file: dotfiles in templates/. */
const DEFAULT_RULE = 'templates/.?*'
/** Go's bufio.Scanner, by which Helm reads the file, refuses longer lines. */
const LONGEST_LINE_BYTES = 64 * 1024
const BOM = /^\xef\xbb\xbf/
/** What Go's strings.TrimSpace takes away, in UTF-8. */
const BLANK =
  '(?:[\\t-\\r ]|\\xc2[\\x85\\xa0]|\\xe1\\x9a\\x80|\\xe2\\x80[\\x80-\\x8a\\xa8\\xa9\\xaf]|\\xe2\\x81\\x9f|\\xe3\\x80\\x80)+'
const BLANKS_AROUND = new RegExp(`^${BLANK}|${BLANK}$`, 'g')

/** The rules of a .helmignore, applied as Helm does (helm, pkg/ignore): unlike git, the first rule that decides counts. */
export class HelmIgnore {
  readonly #rules: readonly Rule[]

  constructor(rules: readonly Rule[]) {
    this.#rules = rules
  }

  /**
   * The rule for which Helm leaves a file or folder out; undefined where it is packaged. A rule with `!` leaves out all
   * that it does not match.
   * @param path below the chart
   */
  ruleFor(path: ByteString, isFolder: boolean): IgnoreRule | undefined {
    return this.#rules.find(({ isNegated, isForFolders, matches }) => {
      const isMatch = (isFolder || !isForFolders) && matches(path)
      return isMatch !== isNegated
    })
  }
}

/** The line for which Helm refuses a .helmignore, and why, as a clause: `has "**"`. */
export interface IgnoreFault {
  readonly line: number
  readonly fault: string
}

/** Reads a .helmignore as Helm does, up to a line that Helm refuses. */
export function parseHelmIgnore(bytes: Buffer): { readonly ignore: HelmIgnore } | IgnoreFault {
  const lines = bytes.toString('latin1').replace(BOM, '').split('\n')
  const rules: Rule[] = []
  for (const [index, line] of lines.entries()) {
    const rule = parseRule(line, index + 1)
    if (rule && 'fault' in rule) return rule
    if (rule) rules.push(rule)
  }
  const last = parseRule(DEFAULT_RULE, 0)
  return { ignore: new HelmIgnore(last && 'matches' in last ? [...rules, last] : rules) }
}

function parseRule(text: ByteString, line: number): Rule | IgnoreFault | undefined {
  if (text.length >= LONGEST_LINE_BYTES) return { line, fault: 'is too long' }
  const whole = text.replace(BLANKS_AROUND, '')
  if (whole === '' || whole.startsWith('#')) return undefined
  if (whole.includes('**')) return { line, fault: 'has "**", which Helm does not support' }
  // As Helm does, so that it is malformed for us where it is for Helm.
  if (goGlob(whole)('abc') === undefined)
    return { line, fault: `is not a pattern: "${toText(whole)}"` }
  const isNegated = whole.startsWith('!')
  const positive = isNegated ? whole.slice(1) : whole
  const isForFolders = positive.endsWith('/')
  const path = isForFolders ? positive.slice(0, -1) : positive
  return { text: toText(whole), line, isNegated, isForFolders, matches: pathMatcher(path) }
}

/** With a slash, the whole path below the chart has to match, else the name at any depth. */
function pathMatcher(pattern: ByteString): (path: ByteString) => boolean {
  const glob = goGlob(pattern.startsWith('/') ? pattern.slice(1) : pattern)
  const isMatch = (name: ByteString) => glob(name) ?? false
  return pattern.includes('/') ? isMatch : (path) => isMatch(path.slice(path.lastIndexOf('/') + 1))
}
