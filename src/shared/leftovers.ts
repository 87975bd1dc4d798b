import { rm } from 'node:fs/promises'

/** Temporary files and folders of this process that exist, or are about to. */
const LEFTOVERS = new Set<string>()

/** Notes what has to be removed also when the process ends at once. Returns what is called when it is gone, or kept. */
export function noteLeftover(path: string): () => void {
  LEFTOVERS.add(path)
  return () => LEFTOVERS.delete(path)
}

/** Removes what is left, for a process that does not get to its own cleaning up. Never fails. */
export async function removeLeftovers(): Promise<void> {
  const removals = [...LEFTOVERS].map((path) =>
    rm(path, { recursive: true, force: true, maxRetries: 3 })
  )
  await Promise.allSettled(removals)
}
