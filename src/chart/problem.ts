import type { Problem } from '../shared/failure.ts'

/** Something wrong with a chart: a stable kebab-case code beside the sentence and its fix. */
export interface ChartProblem extends Problem {
  readonly code: string
  readonly severity: 'error' | 'warning'
}

/** A problem that keeps the chart from being published. */
export function chartError(code: string, message: string, fix?: string): ChartProblem {
  return { code, severity: 'error', message, ...(fix !== undefined && { fix }) }
}
