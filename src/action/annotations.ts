import type { Publication } from '../publish/model/publication.ts'
import { groupErrors, problemsOf } from '../publish/report/group-errors.ts'
import { reportCounts, reportResults, resultLine } from '../publish/report/report.ts'
import { summaryTitle } from '../publish/report/summary-title.ts'
import type { Logger } from '../shared/logger.ts'

/** GitHub keeps ten annotations of a kind for each step (actions/runner, ExecutionContext). */
const MOST_KEPT = 10
/** Some of the notices may be about other things. */
const MOST_NOTICES = MOST_KEPT - 2

/**
 * Reports what went well, with one notice for each publication, or with one for all when there are more than
 * GitHub keeps; and says first how many failed, when their annotations are more than that.
 */
export function annotate(
  publications: readonly Publication[],
  dryRun: boolean,
  logger: Logger
): void {
  const done = publications.filter(({ status }) => TITLES.has(status))
  const others = publications.filter(({ status }) => !TITLES.has(status))
  const sum = `${summaryTitle(publications, dryRun)}.`
  reportResults(done.length > MOST_NOTICES ? publications : others, logger)
  if (done.length > MOST_NOTICES) logger.notice(sum, { title: 'Helm charts' })
  else {
    for (const publication of done) noticeOf(publication, logger)
    reportCounts(publications, dryRun, logger)
  }
  const errors = groupErrors(publications).flatMap(({ error }) => problemsOf(error)).length
  if (errors > MOST_KEPT) {
    const first = `GitHub shows ${MOST_KEPT - 1} of ${errors} errors; see the log and the summary for all of them.`
    logger.error(`${sum} ${first}`, { title: 'Helm charts not published' })
  }
}

function noticeOf(publication: Publication, logger: Logger): void {
  const title = TITLES.get(publication.status)
  const text = resultLine(publication)
  if (title !== undefined && text !== undefined) logger.notice(text, { title })
}

const TITLES: ReadonlyMap<string, string> = new Map([
  ['published', 'Published Helm chart'],
  ['unchanged', 'Unchanged Helm chart'],
  ['skipped', 'Skipped Helm chart']
])
