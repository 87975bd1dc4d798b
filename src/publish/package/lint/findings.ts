import type { SourceLocation } from '../../../shared/failure.ts'
import { shorten } from '../../../shared/printable.ts'
import type { ProcessResult } from '../../../shared/run-process.ts'
import { findingPlace, yamlLine } from './finding-place.ts'
import { oneLine, withUserPaths } from './finding-text.ts'
import type { LintedChart, LintFinding } from './lint-finding.ts'
import { COUNTS, type RawFinding, rawFindings } from './raw-findings.ts'
import { withoutRepeated } from './repeated.ts'

/** A crash of helm prints pages; its beginning says enough. */
const LONGEST_REASON = 500
/** The safe printer cuts at 2048. */
const LONGEST_MESSAGE = 2000

/**
 * What `helm lint` found, in its order, each thing once. A run that failed has at least one finding for which it did: an
 * error, with `strict` possibly a warning. Whether it failed is said by its exit code only, since every line of its output
 * may hold text of the chart.
 */
export function parseFindings(output: ProcessResult, linted: LintedChart): readonly LintFinding[] {
  const raw = rawFindings(output.stdout, linted)
  const findings = withoutRepeated(raw).map((finding) => toFinding(finding, linted))
  if (output.exitCode === 0) return findings
  const failing = linted.strict ? ['error', 'warning'] : ['error']
  const hasReason = findings.some(({ severity }) => failing.includes(severity))
  const other = otherError(output.stderr, linted)
  if (other) return [...findings, other]
  return hasReason ? findings : [...findings, withoutReason(output, linted)]
}

function toFinding(raw: RawFinding, linted: LintedChart): LintFinding {
  const { severity, place, subchart, lines } = raw
  const text = oneLine(lines)
  const message = [prefixOf(place, subchart, linted), text].filter((part) => part !== '').join(': ')
  return {
    severity,
    message: shorten(withUserPaths(message, linted), LONGEST_MESSAGE),
    place: findingPlace(raw, linted)
  }
}

function prefixOf(place: string, subchart: string, { directory }: LintedChart): string {
  return place === '' || place.startsWith(directory) ? place : `${subchart}${place}`
}

/** How helm's last words on stderr begin, behind remarks of templates. */
const ERROR = '\nError: '

/** What keeps helm from linting at all, such as a values file that cannot be read. */
function otherError(stderr: string, linted: LintedChart): LintFinding | undefined {
  const begin = `\n${stderr}`.lastIndexOf(ERROR)
  if (begin === -1) return undefined
  const text = stderr.slice(begin - 1 + ERROR.length).trim()
  if (COUNTS.test(text)) return undefined
  return {
    severity: 'error',
    message: shorten(withUserPaths(oneLine(text.split('\n')), linted), LONGEST_MESSAGE),
    place: placeInValues(text, linted)
  }
}

function placeInValues(text: string, { values }: LintedChart): SourceLocation | undefined {
  const file = values.find(({ path }) => text.startsWith(`failed to parse ${path}: `))
  if (!file) return undefined
  const line = yamlLine(text)
  return line === undefined ? { file: file.shown } : { file: file.shown, line }
}

function withoutReason({ exitCode, stderr }: ProcessResult, linted: LintedChart): LintFinding {
  const end = exitCode === null ? 'was ended by a signal' : `ended with exit code ${exitCode}`
  const lines = stderr.split(/\r?\n/).filter((line) => line.trim() !== '')
  const said = lines.filter((line) => !COUNTS.test(line.replace(/^Error: /, '')))
  const reason = shorten(withUserPaths(oneLine(said), linted), LONGEST_REASON)
  const message = `helm lint ${end}${reason === '' ? ' without a reason' : `: ${reason}`}`
  return { severity: 'error', message }
}
