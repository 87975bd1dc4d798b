import {
  type ChartVersion,
  compareChartVersions,
  comparePrereleases,
  parseChartVersion
} from '../../chart/metadata/chart-version.ts'

/** Masterminds/semver v3.5, MaxConstraintLen and MaxConstraintGroups. */
const LONGEST_CONSTRAINT_BYTES = 512
const MOST_ALTERNATIVES = 32

/** `>= 1.2, < 2 || 3.x`: of one of the lists, every comparison has to hold. */
interface Constraint {
  readonly alternatives: readonly Alternative[]
}

interface Alternative {
  readonly comparisons: readonly Comparison[]
  /** Pre-releases match only where one of the comparisons names one. */
  readonly allowsPrereleases: boolean
}

interface Comparison {
  readonly operator: Operator
  /** Parts that are open are 0. */
  readonly version: ChartVersion
  /** The first part that is missing or `x`. */
  readonly open: 'major' | 'minor' | 'patch' | undefined
}

type Operator = '=' | '!=' | '>' | '<' | '>=' | '<=' | '~' | '^'

/** By all of their spellings. */
const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ['', '='],
  ['=', '='],
  ['!=', '!='],
  ['>', '>'],
  ['<', '<'],
  ['>=', '>='],
  ['=>', '>='],
  ['<=', '<='],
  ['=<', '<='],
  ['~', '~'],
  ['~>', '~'],
  ['^', '^']
])

// As Go's regular expressions have it: no other blanks, and `|` as a part of a number, which fails later.
const BLANK = '[\\t\\n\\f\\r ]'
const PART = '[0-9|xX*]+'
const IDENTIFIERS = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*'
const VERSION = `v?(${PART})(\\.${PART})?(\\.${PART})?(-${IDENTIFIERS})?(?:\\+${IDENTIFIERS})?`
const COMPARISON = new RegExp(`${BLANK}*([=!<>~^]*)${BLANK}*(${VERSION})`, 'y')
/** The end, or what stands before another comparison. */
const GAP = new RegExp(`(?<end>${BLANK}*$)|${BLANK}*,|${BLANK}+`, 'y')
const RANGE = new RegExp(`${BLANK}*(${VERSION})${BLANK}+-${BLANK}+(${VERSION})${BLANK}*`, 'g')
/** In RANGE: the second version, behind the first with its four parts. */
const SECOND_VERSION = 6

/**
 * Reads the range of versions of a dependency as Helm does (Masterminds/semver v3.5, `NewConstraint`).
 * Undefined where that refuses it.
 */
export function parseConstraint(text: string): Constraint | undefined {
  if (Buffer.byteLength(text) > LONGEST_CONSTRAINT_BYTES) return undefined
  const parts = withoutRanges(text).split('||')
  if (parts.length > MOST_ALTERNATIVES) return undefined
  const alternatives = parts.map(parseAlternative)
  const sound = alternatives.filter((alternative) => alternative !== undefined)
  return sound.length === alternatives.length ? { alternatives: sound } : undefined
}

/** Whether a version is in the range (`Constraints.Check`). */
export function satisfies(version: ChartVersion, { alternatives }: Constraint): boolean {
  return alternatives.some(({ comparisons, allowsPrereleases }) => {
    if (version.prerelease !== '' && !allowsPrereleases) return false
    return comparisons.every((comparison) => holds(version, comparison))
  })
}

/** `1.2 - 2.3` is `>= 1.2, <= 2.3`. */
function withoutRanges(text: string): string {
  let rewritten = text
  for (const match of text.matchAll(RANGE)) {
    const comparisons = `>= ${match[1]}, <= ${match[SECOND_VERSION]} `
    rewritten = rewritten.replace(match[0], () => comparisons)
  }
  return rewritten
}

function parseAlternative(text: string): Alternative | undefined {
  const comparisons: Comparison[] = []
  for (let at = 0; ; at = GAP.lastIndex) {
    COMPARISON.lastIndex = at
    const match = COMPARISON.exec(text)
    const comparison = match && parseComparison(match)
    if (!comparison) return undefined
    comparisons.push(comparison)
    GAP.lastIndex = COMPARISON.lastIndex
    const gap = GAP.exec(text)
    if (!gap) return undefined
    if (gap.groups?.['end'] !== undefined) break
  }
  const allowsPrereleases = comparisons.some(({ version }) => version.prerelease !== '')
  return { comparisons, allowsPrereleases }
}

function parseComparison(match: RegExpExecArray): Comparison | undefined {
  const [, spelling = '', whole = '', major = '', minor = '', patch = '', prerelease = ''] = match
  const open = OPEN_PARTS[[major, minor, patch].findIndex(isOpen)]
  const closed = { major: '0.0.0', minor: `${major}.0.0`, patch: `${major}${minor}.0` }
  const version = parseChartVersion(open === undefined ? whole : `${closed[open]}${prerelease}`)
  const operator = OPERATORS.get(spelling)
  return operator && version && { operator, version, open }
}

const OPEN_PARTS = ['major', 'minor', 'patch'] as const

function isOpen(part: string): boolean {
  return ['', 'x', 'X', '*'].includes(part.replace(/^\./, ''))
}

function holds(version: ChartVersion, comparison: Comparison): boolean {
  const order = compareChartVersions(version, comparison.version)
  switch (comparison.operator) {
    case '=':
      return comparison.open === undefined ? order === 0 : order >= 0 && isNear(version, comparison)
    case '!=':
      return isOther(version, comparison)
    case '>':
      return isAbove(version, comparison)
    case '<':
      return order < 0
    case '>=':
      return order >= 0
    case '<=':
      return isAtMost(version, comparison)
    case '~':
      return order >= 0 && isNear(version, comparison)
    case '^':
      return order >= 0 && isCompatible(version, comparison)
  }
}

/** `~1.2.3`: the same major and minor version; `~1`: the same major one; `~0.0.0` and `~x`: any. */
function isNear(version: ChartVersion, { version: wanted, open }: Comparison): boolean {
  const isZero = wanted.major === 0n && wanted.minor === 0n && wanted.patch === 0n
  if (isZero && open !== 'minor' && open !== 'patch') return true
  return version.major === wanted.major && (open === 'minor' || version.minor === wanted.minor)
}

/** `^1.2.3`: no change of the first part that is not 0. */
function isCompatible(version: ChartVersion, { version: wanted, open }: Comparison): boolean {
  if (version.major !== wanted.major) return false
  if (wanted.major > 0n || open === 'minor') return true
  if (version.minor !== wanted.minor) return false
  return wanted.minor > 0n || open === 'patch' || version.patch === wanted.patch
}

/** `>1.2`: 1.3.0 and above. */
function isAbove(version: ChartVersion, { version: wanted, open }: Comparison): boolean {
  if (open === undefined || open === 'major') return compareChartVersions(version, wanted) > 0
  if (version.major !== wanted.major) return version.major > wanted.major
  return open === 'patch' && version.minor > wanted.minor
}

/** `<=1.2`: below 1.3.0. */
function isAtMost(version: ChartVersion, { version: wanted, open }: Comparison): boolean {
  if (open === undefined) return compareChartVersions(version, wanted) <= 0
  if (version.major !== wanted.major) return version.major < wanted.major
  return open === 'minor' || version.minor <= wanted.minor
}

/** `!=1.2`: not 1.2.0 and what follows it below 1.3.0. */
function isOther(version: ChartVersion, { version: wanted, open }: Comparison): boolean {
  if (open === undefined) return compareChartVersions(version, wanted) !== 0
  if (version.major !== wanted.major) return true
  if (open === 'minor') return false
  if (version.minor !== wanted.minor) return true
  if (open === 'patch') return comparePrereleases(version.prerelease, wanted.prerelease) !== 0
  return compareChartVersions(version, wanted) !== 0
}
