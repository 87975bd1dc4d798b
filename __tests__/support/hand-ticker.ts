import type { Every } from '../../src/shared/progress.ts'

/** Ticks when it is told to. */
export function handTicker(): {
  readonly every: Every
  readonly tick: () => void
  /** The intervals of those that are not stopped. */
  readonly running: () => readonly number[]
} {
  const all = new Set<{ readonly ms: number; readonly run: () => void }>()
  return {
    every: (ms, run) => {
      const one = { ms, run }
      all.add(one)
      return () => all.delete(one)
    },
    tick: () => {
      for (const { run } of all) run()
    },
    running: () => [...all].map(({ ms }) => ms)
  }
}
