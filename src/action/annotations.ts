import type { Publication } from '../publish/model/publication.ts'
import { groupErrors, problemsOf } from '../publish/report/group-errors.ts'
import { reportResults, resultLine } from '../publish/report/report.ts'
import { countOf, summaryTitle } from '../publish/report/summary-title.ts'
import type { Logger } from '../shared/logger.ts'

/** GitHub keeps ten annotations of a kind for each step (actions/runner, ExecutionContext). */
const MOST_KEPT = 10
/** Some of the notices may be about other things. */
const MOST_NOTICES = MOST_KEPT - 2
/** Charts that the one notice about many names: with names of usual length that is below the 2048 characters of a line. */
const MOST_NAMED = 25

/**
 * Reports what did not fail: with a notice for each chart that was published or skipped, or with one that names them all,
 * when there are more than GitHub keeps, or when others failed. Says how many failed, when their annotations are more
 * than GitHub keeps.
 */
export function annotate(
  publications: readonly Publication[],
  dryRun: boolean,
  logger: Logger
): void {
  const news = publications.filter(({ status }) => TITLES.has(status))
  const isPartial = countOf(publications, 'published') > 0 && countOf(publications, 'failed') > 0
  if (isPartial || news.length > MOST_NOTICES) {
    reportResults(publications, logger)
    const sum = `${summaryTitle(publications, { dryRun, most: MOST_NAMED })}.`
    logger.notice(sum, { title: 'Helm charts' })
  } else {
    reportResults(
      publications.filter((one) => !news.includes(one)),
      logger
    )
    for (const publication of news) noticeOf(publication, logger)
  }
  const errors = groupErrors(publications).flatMap(({ error }) => problemsOf(error)).length
  if (errors > MOST_KEPT) {
    const sum = `${summaryTitle(publications, { dryRun })}.`
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
  ['skipped', 'Skipped Helm chart']
])
