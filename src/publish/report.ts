import { exitCodeOf, Failure } from '../shared/failure.ts'
import type { Logger } from '../shared/logger.ts'
import { shorten } from '../shared/printable.ts'
import type { Outcome } from './outcome.ts'
import { errorOf, type Publication } from './publication.ts'
import { toldErrors } from './told-errors.ts'

/** Leaves room for the fix behind it in a line of the safe printer, which cuts at 2048. */
const LONGEST_MESSAGE = 1500

const FAILURE_TITLE = 'Helm chart not published'

/** Logs what went well. */
export function reportResults(outcomes: readonly Outcome[], logger: Logger): void {
  for (const { publication } of outcomes) {
    const line = resultLine(publication)
    if (line !== undefined) logger.info(line)
  }
}

/** Logs what did not go well, of which charts, and what mends it. Returns the exit code, that of the first error. */
export function reportErrors(outcomes: readonly Outcome[], logger: Logger): number {
  const codes = toldErrors(outcomes).map(({ error, charts }) =>
    reportFailure(error, logger, charts)
  )
  return codes[0] ?? 0
}

/** Logs what ended a run, or `charts` of it, and what mends it, its stack for the debug log. Returns the exit code. */
export function reportFailure(error: unknown, logger: Logger, charts = ''): number {
  for (const line of traceOf(error)) logger.debug(line)
  const { message, fix } = errorOf(error)
  const place = error instanceof Failure ? error.place : undefined
  const said = shorten(charts === '' ? message : `${charts}: ${message}`, LONGEST_MESSAGE)
  logger.error(`${said} Fix: ${fix}`, { title: FAILURE_TITLE, place })
  return exitCodeOf(error)
}

/** What a publication came to, as a line; undefined when it failed. */
export function resultLine(publication: Publication): string | undefined {
  const { status, ref, digest, name, version, archive } = publication
  switch (status) {
    case 'published':
      return `Published ${ref} ${digest}`
    case 'unchanged':
      return `Unchanged: ${ref} was there already, with the same content, ${digest}`
    case 'skipped':
      return `Skipped: ${ref} is there with other content, and was left, ${digest}`
    case 'not-attempted':
      return `Not attempted: ${ref ?? `${name} ${version}`}`
    case 'planned':
      return `Not pushed: ${ref ?? `${name} ${version}`}`
    case 'packaged':
      return `Packaged ${name} ${version}${archive === null ? '' : `: ${archive}`}`
    case 'failed':
      return undefined
  }
}

/** The stack of a bug of ours, or of what lies beneath a failure. */
function traceOf(error: unknown): readonly string[] {
  const cause = error instanceof Failure ? error.cause : error
  return cause instanceof Error ? (cause.stack?.split('\n') ?? []) : []
}
