import { exitCodeOf, Failure } from '../../shared/failure.ts'
import { shortDigest } from '../../shared/format.ts'
import type { Logger } from '../../shared/logger.ts'
import { shorten } from '../../shared/printable.ts'
import { isBlocked, type Publication } from '../model/publication.ts'
import { groupErrors, namesOf, problemsOf } from './group-errors.ts'
import { type VerifyOptions, verifyCommands } from './verify-commands.ts'

/** Of message and why; leaves room for the fix behind them in a line of the safe printer, which cuts at 2048. */
const LONGEST_MESSAGE = 1500

const FAILURE_TITLE = 'Helm chart not published'

/** What is new comes last, where it is seen. */
const LOG_ORDER = [
  'unchanged',
  'skipped',
  'planned',
  'not-attempted',
  'packaged',
  'published'
] as const

/** Logs the result of each publication that did not fail, and which were not attempted. */
export function reportResults(publications: readonly Publication[], logger: Logger): void {
  const ordered = LOG_ORDER.flatMap((wanted) => {
    return publications.filter(({ status }) => status === wanted)
  })
  const lines = [...ordered.map(resultLine), blockedLine(publications)]
  for (const line of lines) if (line !== undefined) logger.info(line)
}

/** More would bury the result; the job summary has all of them. */
const MOST_VERIFIED = 3

/** Logs the commands that verify what was published, for a few charts. */
export function reportVerifyCommands(
  publications: readonly Publication[],
  options: VerifyOptions,
  logger: Logger
): void {
  if (publications.length > MOST_VERIFIED) return
  const commands = publications.flatMap((publication) => verifyCommands(publication, options))
  for (const command of commands) logger.info(`Verify with: ${command}`)
}

/** Logs what failed, for which charts, with the fix. Returns the exit code, that of the first error. */
export function reportErrors(publications: readonly Publication[], logger: Logger): number {
  const codes = groupErrors(publications).map(({ error, charts }) =>
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

/** The result of a publication, as a line; undefined when it failed, or another chart is not valid. */
export function resultLine(publication: Publication): string | undefined {
  switch (publication.status) {
    case 'published':
      return `Published ${publication.place.ref} ${publication.content.digest}`
    case 'unchanged':
      return `Unchanged: ${publication.place.ref} (${shortDigest(publication.content.digest)})`
    case 'skipped':
      return `Skipped: ${publication.place.ref} already exists with different content (${shortDigest(publication.content.digest)})`
    case 'planned':
      return `Would be published: ${publication.place.ref} ${publication.content.digest}`
    case 'not-attempted':
      return isBlocked(publication) ? undefined : `Not attempted: ${publication.place.ref}`
    case 'packaged': {
      const { facts, archive } = publication
      const path = archive === undefined ? '' : `: ${archive}`
      return `Packaged ${facts.name} ${facts.version}${path}`
    }
    case 'failed':
      return undefined
  }
}

/** The valid charts that were not attempted because others failed; undefined where there are none. */
function blockedLine(publications: readonly Publication[]): string | undefined {
  const blocked = publications.filter(isBlocked)
  if (blocked.length === 0) return undefined
  const failed = publications.filter(({ status }) => status === 'failed')
  return `Not attempted, because ${namesOf(failed)} failed: ${namesOf(blocked)}`
}

/** The stack of a bug of ours, or of what lies beneath a failure. */
function traceOf(error: unknown): readonly string[] {
  const cause = error instanceof Failure ? error.cause : error
  return cause instanceof Error ? (cause.stack?.split('\n') ?? []) : []
}
