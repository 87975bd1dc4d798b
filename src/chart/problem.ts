import type { Problem } from '../shared/failure.ts'

/** Something wrong with a chart: a stable kebab-case code beside the sentence and its fix. */
export interface ChartProblem extends Problem {
  readonly code: string
  readonly severity: 'error' | 'warning'
}

/** A problem that keeps the chart from being published. */
export function chartError(code: string, message: string, fix: string): ChartProblem {
  return { code, severity: 'error', message, fix }
}

/** The fix where an archive is not as `helm package` leaves it. */
export const PUBLISH_HELMS_ARCHIVE = 'Publish the archive as `helm package` wrote it.'

/** An archive that cannot be read to its end. */
export function archiveDamaged(why: string): ChartProblem {
  return chartError('archive-damaged', `The archive is damaged: ${why}.`, PUBLISH_HELMS_ARCHIVE)
}
