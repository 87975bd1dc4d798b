import { plural } from '../../shared/format.ts'
import type { Publication, Status } from '../model/publication.ts'

/** The words of reports. */
export const STATUS_WORDS: Readonly<Record<Status, string>> = {
  published: 'published',
  unchanged: 'unchanged',
  skipped: 'skipped',
  planned: 'not pushed',
  'not-attempted': 'not attempted',
  packaged: 'packaged',
  failed: 'failed'
}

/** The result of a run, in one line without any text of charts or registries. */
export function summaryTitle(publications: readonly Publication[], dryRun: boolean): string {
  const total = publications.length
  if (total === 0) return 'No charts were found; nothing was published'
  const rest = countsText(publications, ['unchanged', 'skipped', 'not-attempted', 'failed'])
  const end = rest === '' ? '' : `; ${rest}`
  if (dryRun) {
    const planned = `${countOf(publications, 'planned')} of ${total} would be published`
    return `Dry run, nothing was pushed: ${planned}${end}`
  }
  if (countOf(publications, 'packaged') > 0)
    return `Packaged ${plural(total, 'chart')}, pushed nothing`
  const published = countOf(publications, 'published')
  if (published === 0) return `${nothingPublished(publications)}${end}`
  if (published === total) return `Published ${total === 1 ? '1 chart' : `all ${total}`}`
  return `Published ${published} of ${total}${end}`
}

/** A run that finds everything published has done all that it should. */
function nothingPublished(publications: readonly Publication[]): string {
  const isDone = countOf(publications, 'unchanged') === publications.length
  return isDone ? 'Nothing new to publish' : 'Nothing was published'
}

/** How many have which status: `2 unchanged, 1 failed`. */
export function countsText(
  publications: readonly Publication[],
  statuses: readonly Status[]
): string {
  return statuses
    .filter((status) => countOf(publications, status) > 0)
    .map((status) => `${countOf(publications, status)} ${STATUS_WORDS[status]}`)
    .join(', ')
}

export function countOf(publications: readonly Publication[], status: Status): number {
  return publications.filter((publication) => publication.status === status).length
}
