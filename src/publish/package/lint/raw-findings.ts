import type { LintSeverity, UserFiles } from './lint-finding.ts'

/** A finding in helm's own words. */
export interface RawFinding {
  readonly severity: LintSeverity
  /** What stands in front of the first colon: a path in the chart, `templates/`, nothing, or the chart's path. */
  readonly place: string
  /** The lines of the text. */
  readonly lines: readonly string[]
  /** The path in the chart of the subchart that it is about; empty for the chart itself. */
  readonly subchart: string
}

const START = /^\[(INFO|WARNING|ERROR)\] (.*)$/
const SEVERITIES: ReadonlyMap<string, LintSeverity> = new Map([
  ['INFO', 'info'],
  ['WARNING', 'warning'],
  ['ERROR', 'error']
])
/** The last line of stdout, or of stderr behind `Error: `. */
export const COUNTS = /^\d+ chart\(s\) linted, \d+ chart\(s\) failed$/
const HEADER = '==> Linting '
/** What helm says in place of findings (helm, pkg/cmd/lint.go). */
const NO_CHART = 'Error '
/** Linux has no longer ones (PATH_MAX). */
const LONGEST_PATH = 4096
/** The places that are not files. */
const FOLDERS = ['', 'templates/', 'crds/']

interface Reading {
  readonly directory: string
  readonly files: UserFiles
}

/** The findings on the stdout of `helm lint`; lines that begin none continue the one before. */
export function rawFindings(stdout: string, reading: Reading): readonly RawFinding[] {
  const findings: Started[] = []
  let subchart = ''
  for (const line of linesOf(stdout)) {
    const header = headerOf(line, reading.directory)
    if (header !== undefined) subchart = header
    else addLine(findings, line, startOf(line, subchart, reading))
  }
  return findings
}

type Started = RawFinding & { readonly lines: string[] }

function linesOf(stdout: string): readonly string[] {
  const lines = stdout.split(/\r?\n/).filter((line) => line.trim() !== '')
  // Texts of charts can hold such a line anywhere else.
  return COUNTS.test(lines.at(-1) ?? '') ? lines.slice(0, -1) : lines
}

function addLine(findings: Started[], line: string, started: Started | undefined): void {
  const last = findings.at(-1)
  if (started) findings.push(started)
  else if (last) last.lines.push(line)
  else if (!line.startsWith(HEADER)) findings.push(unmarked(line))
}

/** The subchart that a header announces. */
function headerOf(line: string, directory: string): string | undefined {
  if (!line.startsWith(HEADER)) return undefined
  const path = line.slice(HEADER.length)
  if (path === directory) return ''
  const inside = `${directory}/`
  return path.startsWith(inside) ? `${path.slice(inside.length)}/` : undefined
}

function startOf(line: string, subchart: string, reading: Reading): Started | undefined {
  const [, level = '', rest = ''] = START.exec(line) ?? []
  const severity = SEVERITIES.get(level)
  if (severity === undefined) return undefined
  const { place, text } = placeAndText(rest, subchart, reading)
  return { severity, place, lines: [text], subchart }
}

/** Names of files may have colons: the first part that names something is the place. */
function placeAndText(rest: string, subchart: string, { directory, files }: Reading) {
  const ends = [...rest.slice(0, LONGEST_PATH).matchAll(/: /g)].map(({ index }) => index)
  const parts = ends.map((end) => ({ place: rest.slice(0, end), text: rest.slice(end + 2) }))
  const chart = `${directory}/${subchart}`.replace(/\/$/, '')
  const known = parts.find(({ place }) => {
    return place === chart || FOLDERS.includes(place) || files.has(`${subchart}${place}`)
  })
  return known ?? parts[0] ?? { place: '', text: rest }
}

/** A line that belongs to no finding; what is not helm's own, a wrapper has printed. */
function unmarked(line: string): Started {
  const isError = line.startsWith(NO_CHART)
  const text = isError ? line.slice(NO_CHART.length) : line
  return { severity: isError ? 'error' : 'info', place: '', lines: [text], subchart: '' }
}
