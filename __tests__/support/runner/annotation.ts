import type { Masks } from './masks.ts'

export type Level = 'notice' | 'warning' | 'error'

/** An issue of a step, as it is shown on the page of the run. */
export interface Annotation {
  readonly level: Level
  readonly message: string
  /** As the command gave them: the runner masks none of them (ExecutionContext.AddIssue). */
  readonly properties: Readonly<Record<string, string>>
}

/** Of each level for each step (actions/runner, ExecutionContext). */
export const MOST_OF_A_LEVEL = 10
/** Characters (actions/runner, ExecutionContext). */
export const LONGEST_MESSAGE = 4096

/** The annotation of a command: its message masked and then cut, its place as far as it makes sense. */
export function annotationOf(
  level: Level,
  message: string,
  { properties, masks }: { readonly properties: ReadonlyMap<string, string>; readonly masks: Masks }
): Annotation {
  return {
    level,
    message: masks.hide(message).slice(0, LONGEST_MESSAGE),
    properties: Object.fromEntries(withSoundPlace(properties))
  }
}

/** actions/runner, IssueCommandExtension.ValidateLinesAndColumns. */
function withSoundPlace(given: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const place = new Map(given)
  fill(place, 'line', 'endline')
  fill(place, 'col', 'endcolumn')
  const [line, endLine] = [numberIn(place, 'line'), numberIn(place, 'endline')]
  const isOneLine = line !== undefined && (endLine === undefined || endLine === line)
  if (!isOneLine || isBackward(place, 'col', 'endcolumn')) drop(place, 'col', 'endcolumn')
  if (isBackward(place, 'line', 'endline')) drop(place, 'line', 'endline')
  return place
}

function numberIn(place: ReadonlyMap<string, string>, key: string): number | undefined {
  const text = place.get(key) ?? ''
  return /^\d+$/.test(text) ? Number(text) : undefined
}

function fill(place: Map<string, string>, key: string, from: string): void {
  const isMissing = numberIn(place, key) === undefined && numberIn(place, from) !== undefined
  if (isMissing) place.set(key, place.get(from) ?? '')
}

function isBackward(place: ReadonlyMap<string, string>, start: string, end: string): boolean {
  const [first, last] = [numberIn(place, start), numberIn(place, end)]
  return first !== undefined && last !== undefined && last < first
}

function drop(place: Map<string, string>, ...keys: readonly string[]): void {
  for (const key of keys) place.delete(key)
}
