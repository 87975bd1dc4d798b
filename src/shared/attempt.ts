import { elapsedSeconds } from './format.ts'

/** The result of some work, or what it threw, and how long it took. */
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

/** The result of the work. @throws what it threw */
export function resultOf<T>(done: Attempt<T>): T {
  if ('error' in done) throw done.error
  return done.value
}
