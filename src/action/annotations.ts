import type { Outcome } from '../publish/outcome.ts'
import type { Logger } from '../shared/logger.ts'
import { headline } from './headline.ts'

/** GitHub keeps ten annotations of a kind for each step (actions/runner, ExecutionContext). */
const MOST_KEPT = 10
/** Some of the notices may be about other things. */
const MOST_NOTICES = MOST_KEPT - 2

/**
 * Annotates what was published, with one notice for each, or with one for all when there are more than GitHub
 * keeps; and says first how many failed, when their annotations are more than that.
 */
export function annotate(outcomes: readonly Outcome[], dryRun: boolean, logger: Logger): void {
  const notices = outcomes.flatMap(({ publication: { status, ref, digest } }) => {
    const title = TITLES.get(status)
    return title === undefined ? [] : [{ title, text: `${title} ${ref} (${digest})` }]
  })
  const sum = `${headline(outcomes, dryRun)}.`
  if (notices.length > MOST_NOTICES) logger.notice(sum, { title: 'Helm charts' })
  else for (const { title, text } of notices) logger.notice(text, { title: `${title} Helm chart` })
  const errors = new Set(outcomes.flatMap(({ error }) => (error === undefined ? [] : [error])))
  if (errors.size > MOST_KEPT) {
    const first = `GitHub shows ${MOST_KEPT - 1} of ${errors.size} errors; the log and the summary have all.`
    logger.error(`${sum} ${first}`, { title: 'Helm charts not published' })
  }
}

const TITLES: ReadonlyMap<string, string> = new Map([
  ['published', 'Published'],
  ['unchanged', 'Unchanged'],
  ['skipped', 'Skipped']
])
