import { exitCodeOf, Failure } from '../../shared/failure.ts'
import type { Logger } from '../../shared/logger.ts'
import { shorten } from '../../shared/printable.ts'
import type { Outcome } from '../model/outcome.ts'
import type { Publication } from '../model/publication.ts'
import { groupErrors, namesOf, problemsOf } from './group-errors.ts'
import { headline } from './summary-title.ts'

/** Of message and why; leaves room for the fix behind them in a line of the safe printer, which cuts at 2048. */
const LONGEST_MESSAGE = 1500

const FAILURE_TITLE = 'Helm chart not published'

/** Logs the result of each publication that did not fail, and which were not attempted. */
export function reportResults(outcomes: readonly Outcome[], logger: Logger): void {
  const lines = [
    ...outcomes.map(({ publication }) => resultLine(publication)),
    heldBackLine(outcomes)
  ]
  for (const line of lines) if (line !== undefined) logger.info(line)
}

/** Logs the counts of a run, where it has more to count than one publication. */
export function reportCounts(outcomes: readonly Outcome[], dryRun: boolean, logger: Logger): void {
  if (outcomes.length !== 1) logger.info(`${headline(outcomes, dryRun)}.`)
}

/** Logs what failed, for which charts, with the fix. Returns the exit code, that of the first error. */
export function reportErrors(outcomes: readonly Outcome[], logger: Logger): number {
  const codes = groupErrors(outcomes).map(({ error, charts }) =>
    reportFailure(error, logger, charts)
  )
  return codes[0] ?? 0
}

/**
 * Logs what ended a run, or `charts` of it, each problem with its fix on a line of its own, and the stack for the debug
 * log. Returns the exit code.
 */
export function reportFailure(error: unknown, logger: Logger, charts = ''): number {
  for (const line of traceOf(error)) logger.debug(line)
  for (const { message, why, fix, place } of problemsOf(error)) {
    const said = shorten(charts === '' ? message : `${charts}: ${message}`, LONGEST_MESSAGE)
    const shortWhy = why && shorten(why, Math.max(LONGEST_MESSAGE - said.length, 0))
    logger.error(said, { title: FAILURE_TITLE, place, why: shortWhy, fix })
  }
  return exitCodeOf(error)
}

/** The result of a publication, as a line; undefined when it failed, or was held back by another chart. */
export function resultLine(publication: Publication): string | undefined {
  const { status, ref, digest, name, version, archive } = publication
  switch (status) {
    case 'published':
      return `Published ${ref} ${digest}`
    case 'unchanged':
      return `Unchanged: ${ref} already exists with the same content (${digest})`
    case 'skipped':
      return `Skipped: ${ref} already exists with different content (${digest})`
    case 'not-attempted':
      return isHeldBack(publication) ? undefined : `Not attempted: ${ref}`
    case 'planned':
      return `Would be published: ${ref} ${digest}`
    case 'packaged':
      return `Packaged ${name} ${version}${archive === null ? '' : `: ${archive}`}`
    case 'failed':
      return undefined
  }
}

/** The valid charts that were not attempted because others failed; undefined where there are none. */
function heldBackLine(outcomes: readonly Outcome[]): string | undefined {
  const heldBack = outcomes.filter(({ publication }) => isHeldBack(publication))
  if (heldBack.length === 0) return undefined
  const failed = outcomes.filter(({ publication }) => publication.status === 'failed')
  return `Not attempted, because ${namesOf(failed)} failed: ${namesOf(heldBack)}`
}

/** Because of another chart; where the registry is unreachable, it has an error. */
export function isHeldBack({ status, error }: Publication): boolean {
  return status === 'not-attempted' && error === null
}

/** The stack of a bug of ours, or of what lies beneath a failure. */
function traceOf(error: unknown): readonly string[] {
  const cause = error instanceof Failure ? error.cause : error
  return cause instanceof Error ? (cause.stack?.split('\n') ?? []) : []
}
