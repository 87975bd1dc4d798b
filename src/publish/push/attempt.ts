import { elapsedSeconds } from '../../shared/format.ts'

/** What some work came to, and how long it took. */
export type Attempt<T> = ({ readonly value: T } | { readonly error: unknown }) & {
  readonly seconds: number
}

export async function attempt<T>(work: () => Promise<T>): Promise<Attempt<T>> {
  const started = performance.now()
  try {
    return { value: await work(), seconds: elapsedSeconds(started) }
  } catch (error) {
    return { error, seconds: elapsedSeconds(started) }
  }
}

/** What the work came to. @throws what it threw */
export function resultOf<T>(done: Attempt<T>): T {
  if ('error' in done) throw done.error
  return done.value
}
