import type { Logger } from '../../../shared/logger.ts'
import { isFailing, type LintMode } from './lint-chart.ts'
import type { LintFinding, LintSeverity } from './lint-finding.ts'

/** GitHub keeps ten warnings for each step (actions/runner, ExecutionContext); some may be about other things. */
const MOST_WARNINGS = 8
const TITLE = 'helm lint'

/** The warnings that lint may show in a run, whatever the number of its charts. */
export class WarningBudget {
  #left: number
  #hasToldMore = false

  /** @param most of all warnings; one of them says that there are more */
  constructor(most = MOST_WARNINGS) {
    this.#left = most - 1
  }

  /** How many of `wanted` warnings there is room for. */
  take(wanted: number): number {
    const given = Math.min(wanted, this.#left)
    this.#left -= given
    return given
  }

  /** Whether it is the first time that there are more. */
  tellMore(): boolean {
    const isFirst = !this.#hasToldMore
    this.#hasToldMore = true
    return isFirst
  }
}

/** Logs every finding in a line of its own, and how many there are, remarks as details. For the group `Lint CHART`. */
export function logFindings(findings: readonly LintFinding[], logger: Logger): void {
  const isCalm = findings.every(({ severity }) => severity === 'info')
  for (const { severity, message, place } of findings) {
    const line = place?.line === undefined ? '' : `:${place.line}`
    const where = place ? `${place.file}${line}: ` : ''
    const text = `${severity.toUpperCase()} ${where}${message}`
    if (severity === 'info') logger.detail(text)
    else logger.info(text)
  }
  if (isCalm) logger.detail(countsOf(findings))
  else logger.info(countsOf(findings))
}

/**
 * Shows what does not fail the run as warnings at their places, errors first, as far as the runner shows them all. What
 * fails is an error of the run, and is reported with it; remarks stay in the log.
 */
export function warnOfFindings(
  findings: readonly LintFinding[],
  { chart, mode, budget }: { chart: string; mode: LintMode; budget: WarningBudget },
  logger: Logger
): void {
  const others = findings.filter((finding) => !isFailing(finding, mode))
  const shown = (['error', 'warning'] as const).flatMap((wanted) => {
    return others.filter(({ severity }) => severity === wanted)
  })
  const room = budget.take(shown.length)
  for (const { message, place } of shown.slice(0, room)) {
    const text = message.startsWith(`${chart}: `) ? message : `${chart}: ${message}`
    logger.warning(text, { title: TITLE, place })
  }
  if (room === shown.length || !budget.tellMore()) return
  const text = `${chart}: further findings of helm lint, and those of later charts, are only in the log.`
  logger.warning(text, { title: TITLE })
}

/** `2 errors, 1 warning`. */
function countsOf(findings: readonly LintFinding[]): string {
  const counts = (['error', 'warning', 'info'] as const).flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length
    return count === 0 ? [] : [counted(count, severity)]
  })
  return counts.length === 0 ? 'helm lint found nothing.' : `helm lint: ${counts.join(', ')}.`
}

function counted(count: number, severity: LintSeverity): string {
  const word = severity === 'info' ? 'remark' : severity
  return `${count} ${word}${count === 1 ? '' : 's'}`
}
