import { Failure, type Problem } from '../../shared/failure.ts'
import type { Outcome } from '../model/outcome.ts'
import { errorOf, type Publication } from '../model/publication.ts'

/** An error of a run as it is told: once, however many charts have it. */
export interface ErrorGroup {
  readonly error: unknown
  /** The charts that have it; empty where the run has one alone, or the message says enough. */
  readonly charts: string
}

/** More would hide what is wrong with them; the results have all. */
const MOST_NAMED = 8

/** The errors of a run in the order of its publications, equal ones together. */
export function groupErrors(outcomes: readonly Outcome[]): readonly ErrorGroup[] {
  const hasOneChart = new Set(outcomes.map(({ publication }) => publication.chart)).size < 2
  const groups = new Map<string, readonly Outcome[]>()
  for (const outcome of outcomes) {
    if (outcome.error === undefined) continue
    const key = keyOf(outcome.error)
    groups.set(key, [...(groups.get(key) ?? []), outcome])
  }
  return [...groups.values()].map((group) => {
    return {
      error: group[0]?.error,
      charts: hasOneChart || saysEnough(group) ? '' : namesOf(group)
    }
  })
}

/** What an error consists of, to be shown one by one. */
export function problemsOf(error: unknown): readonly Problem[] {
  return error instanceof Failure ? error.problems : [errorOf(error)]
}

/** All that is told of an error. */
function keyOf(error: unknown): string {
  const place = error instanceof Failure ? error.place : undefined
  return JSON.stringify([errorOf(error), place])
}

/** One error that was thrown for several charts, such as that there is no helm, is about none of them. */
function saysEnough(group: readonly Outcome[]): boolean {
  const charts = new Set(group.map(({ publication }) => publication.chart))
  const errors = new Set(group.map(({ error }) => error))
  if (charts.size > 1) return errors.size === 1
  return group.some(({ publication, error }) => isNamedIn(errorOf(error).message, publication))
}

function isNamedIn(message: string, { chart, subjectName }: Publication): boolean {
  const isChart = message.startsWith(`${chart}: `) || message.includes(`"${chart}"`)
  return isChart || (subjectName !== null && message.includes(subjectName))
}

/** The charts of some outcomes, each once, in a list with an end. */
export function namesOf(group: readonly Outcome[]): string {
  const all = [...new Set(group.map(({ publication }) => nameOf(publication)))]
  const named = all.slice(0, MOST_NAMED).join(', ')
  return all.length > MOST_NAMED ? `${named} and ${all.length - MOST_NAMED} more` : named
}

/** A chart of an OCI image layout is given by a digest, which tells nobody much. */
function nameOf({ chart, name, version }: Publication): string {
  return name === null ? chart : `${name} ${version ?? ''}`.trim()
}
