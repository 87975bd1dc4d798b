import { failureOf, type Problem } from '../../shared/failure.ts'
import type { Logger } from '../../shared/logger.ts'
import type { IfNoChartsFound } from '../inputs/if-exists.ts'

/**
 * Deals with what names no chart (an empty `chart`, patterns and layouts without one) as `if-no-charts-found` says.
 * @throws Failure usage, with everything that is missing, when that is an error
 */
export function reportMissing(
  missing: readonly Problem[],
  ifNoChartsFound: IfNoChartsFound,
  logger: Logger
): void {
  if (missing.length === 0) return
  if (ifNoChartsFound === 'error') throw failureOf('usage', missing)
  for (const { message } of missing) {
    if (ifNoChartsFound === 'warn') logger.warning(message)
    else logger.info(message)
  }
}

const WHEN_EXPECTED =
  'set `if-no-charts-found` to `warn` or `ignore` when runs without charts are expected.'

/** Something that names no chart; `fix` is an instruction without its period. */
export function missing(message: string, fix: string): Problem {
  return { message, fix: `${fix}, or ${WHEN_EXPECTED}` }
}
