import { plural } from '../../shared/format.ts'
import type { Outcome } from '../model/outcome.ts'
import type { Status } from '../model/publication.ts'

/** What reports call them. */
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
export function summaryTitle(outcomes: readonly Outcome[], dryRun: boolean): string {
  const total = outcomes.length
  if (total === 0) return 'No charts were found; nothing was published'
  const rest = countsText(outcomes, ['unchanged', 'skipped', 'not-attempted', 'failed'])
  const end = rest === '' ? '' : `; ${rest}`
  if (dryRun) {
    const planned = `${countOf(outcomes, 'planned')} of ${total} would be published`
    return `Dry run, nothing was pushed: ${planned}${end}`
  }
  if (countOf(outcomes, 'packaged') > 0) return `Packaged ${plural(total, 'chart')}, pushed nothing`
  const published = countOf(outcomes, 'published')
  if (published === 0) return `${nothing(outcomes)}${end}`
  if (published === total) return `Published ${total === 1 ? '1 chart' : `all ${total}`}`
  return `Published ${published} of ${total}${end}`
}

/** A run that finds everything there has done all that it should. */
function nothing(outcomes: readonly Outcome[]): string {
  const isDone = countOf(outcomes, 'unchanged') === outcomes.length
  return isDone ? 'Nothing new to publish' : 'Nothing was published'
}

/** How many came to what: `2 unchanged, 1 failed`. Nothing of what none came to. */
export function countsText(outcomes: readonly Outcome[], statuses: readonly Status[]): string {
  return statuses
    .filter((status) => countOf(outcomes, status) > 0)
    .map((status) => `${countOf(outcomes, status)} ${STATUS_WORDS[status]}`)
    .join(', ')
}

export function countOf(outcomes: readonly Outcome[], status: Status): number {
  return outcomes.filter(({ publication }) => publication.status === status).length
}
