import { Failure, type Problem } from '../../shared/failure.ts'
import { errorIn, type Publication } from '../model/publication.ts'
import { errorJson } from '../model/publication-json.ts'

/** An error of a run, reported once, however many charts have it. */
export interface ErrorGroup {
  readonly error: unknown
  /** The charts that have it; empty where the run has only one, or the message says enough. */
  readonly charts: string
}

/** More would hide what is wrong with them; the results have all. */
const MOST_NAMED = 8

/** The errors of a run in the order of its publications, equal ones together. */
export function groupErrors(publications: readonly Publication[]): readonly ErrorGroup[] {
  const hasOneChart = new Set(publications.map(({ chart }) => chart)).size < 2
  const groups = new Map<string, readonly Publication[]>()
  for (const publication of publications) {
    const error = errorIn(publication)
    if (error === undefined) continue
    const key = keyOf(error)
    groups.set(key, [...(groups.get(key) ?? []), publication])
  }
  return [...groups.values()].map((group) => {
    return {
      error: group.map(errorIn)[0],
      charts: hasOneChart || saysEnough(group) ? '' : namesOf(group)
    }
  })
}

/** What an error consists of, to be shown one by one. */
export function problemsOf(error: unknown): readonly Problem[] {
  return error instanceof Failure ? error.problems : [errorJson(error)]
}

/** All that is reported of an error. */
function keyOf(error: unknown): string {
  const place = error instanceof Failure ? error.place : undefined
  return JSON.stringify([errorJson(error), place])
}

/** One error that was thrown for several charts, such as that there is no helm, is about none of them. */
function saysEnough(group: readonly Publication[]): boolean {
  const charts = new Set(group.map(({ chart }) => chart))
  const errors = new Set(group.map(errorIn))
  if (charts.size > 1) return errors.size === 1
  return group.some((publication) => {
    return isNamedIn(errorJson(errorIn(publication)).message, publication)
  })
}

function isNamedIn(message: string, publication: Publication): boolean {
  const { chart } = publication
  if (message.startsWith(`${chart}: `) || message.includes(`"${chart}"`)) return true
  const place = 'place' in publication ? publication.place : undefined
  return place !== undefined && message.includes(place.subjectName)
}

/** The charts of some publications, each once, in a list with an end. */
export function namesOf(group: readonly Publication[]): string {
  const all = [...new Set(group.map(nameOf))]
  const named = all.slice(0, MOST_NAMED).join(', ')
  return all.length > MOST_NAMED ? `${named} and ${all.length - MOST_NAMED} more` : named
}

/** Name and version where they are known: a chart of an OCI image layout is given by a digest. */
export function nameOf({ chart, facts }: Publication): string {
  return facts ? `${facts.name} ${facts.version}` : chart
}
