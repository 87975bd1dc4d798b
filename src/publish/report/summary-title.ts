import { plural, timeText } from '../../shared/format.ts'
import type { Publication, Status } from '../model/publication.ts'
import { nameOf } from './group-errors.ts'

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

/** Charts that a line of the log names; more would hide the counts. */
const MOST_NAMED = 3

export interface TitleOptions {
  readonly dryRun: boolean
  /** Charts of one status that are named; where there are more, the first ones are if `most` is given, else none. */
  readonly most?: number
  /** Makes the name of a chart safe for where the title stands. */
  readonly named?: (name: string) => string
}

/** The result of a run in one line: how many charts, and which where they are few. Nothing but the names comes from others. */
export function summaryTitle(publications: readonly Publication[], options: TitleOptions): string {
  const total = publications.length
  if (total === 0) return 'No charts were found; nothing was published'
  const names = (status: Status) => namesIn(publications, status, options)
  const rest = restOf(publications, options)
  const counted = (status: Status) => {
    return `${countOf(publications, status)} of ${total}`
  }
  if (options.dryRun) {
    const planned = `${counted('planned')} would be published${names('planned')}`
    return `Dry run, nothing was pushed: ${planned}${rest}`
  }
  const done = countOf(publications, 'packaged') > 0 ? 'packaged' : 'published'
  const end = done === 'packaged' ? ', pushed nothing' : ''
  const count = countOf(publications, done)
  if (count === 0) return `${nothingPublished(publications)}${rest}`
  const verb = done === 'packaged' ? 'Packaged' : 'Published'
  if (total === 1) return `${verb} ${names(done).slice(2, -1)}${end}`
  const all = done === 'packaged' ? plural(count, 'chart') : `all ${count}`
  return `${verb} ${count === total ? all : counted(done)}${names(done)}${end}${rest}`
}

/** The last line of a run's log. */
export function closingLine(
  publications: readonly Publication[],
  { seconds, ...options }: TitleOptions & { readonly seconds: number }
): string {
  const time = publications.length === 0 ? '' : `, in ${timeText(seconds)}`
  return `${summaryTitle(publications, options)}${time}.`
}

/** A run that finds everything published has done all that it should. */
function nothingPublished(publications: readonly Publication[]): string {
  const isDone = countOf(publications, 'unchanged') === publications.length
  return isDone ? 'Nothing new to publish' : 'Nothing was published'
}

/** What was not published, behind a semicolon. What is unchanged is named only where there is nothing else. */
function restOf(publications: readonly Publication[], options: TitleOptions): string {
  const statuses = (['unchanged', 'skipped', 'not-attempted', 'failed'] as const).filter(
    (status) => countOf(publications, status) > 0
  )
  const isAlone = countOf(publications, 'unchanged') === publications.length
  const parts = statuses.map((status) => {
    const names = status === 'unchanged' && !isAlone ? '' : namesIn(publications, status, options)
    return `${countsText(publications, [status])}${names}`
  })
  return parts.length === 0 ? '' : `; ${parts.join(', ')}`
}

/** ` (api 0.5.0, web 1.2.0)`, with targets where the chart went otherwise at another one. */
function namesIn(
  publications: readonly Publication[],
  status: Status,
  { most, named = (name) => name }: TitleOptions
): string {
  const of = publications.filter((publication) => publication.status === status)
  const names = [...new Set(of.map((one) => nameAmong(one, publications)))]
  if (names.length === 0 || (most === undefined && names.length > MOST_NAMED)) return ''
  const shown = names.slice(0, most).map(named).join(', ')
  const more = names.length - (most ?? names.length)
  return more > 0 ? ` (${shown} and ${more} more)` : ` (${shown})`
}

function nameAmong(publication: Publication, all: readonly Publication[]): string {
  const { chart, status, target } = publication
  const isMixed = all.some((other) => other.chart === chart && other.status !== status)
  return isMixed && target !== undefined
    ? `${nameOf(publication)} at ${target}`
    : nameOf(publication)
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
