import type { Outcome } from '../outcome.ts'
import type { Status } from '../publication.ts'

const SAME_CONTENT: readonly Status[] = ['published', 'unchanged', 'planned']

/**
 * A warning where targets have a chart under different digests, which they come to when they are published to
 * apart, by a helm that writes other bytes each time: what is signed or pinned for one does not hold for another.
 */
export function differentDigests(outcomes: readonly Outcome[]): string | undefined {
  const same = outcomes.filter(({ publication }) => SAME_CONTENT.includes(publication.status))
  const digests = new Set(same.map(({ publication }) => publication.digest))
  if (digests.size < 2) return undefined
  const places = same.map(({ publication }) => `${publication.ref} is ${publication.digest}`)
  return `The files are the same, but the digests are not: ${places.join(', ')}. A new version gets one digest when it is published to all targets in one run.`
}
