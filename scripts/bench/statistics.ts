import type { Measurement } from './results.ts'

/** The middle one; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  const upper = sorted[Math.floor(middle)]
  const lower = sorted[Math.ceil(middle) - 1]
  if (upper === undefined || lower === undefined) throw new Error('there is no median of nothing')
  return (upper + lower) / 2
}

const NAMES = [
  'seconds',
  'cpuSeconds',
  'peakBytes',
  'requests',
  'tokens',
  'connections',
  'sentBytes',
  'receivedBytes'
] as const satisfies readonly (keyof Measurement)[]

/** The median of each figure on its own. */
export function medians(runs: readonly Measurement[]): Measurement {
  const figure = (name: keyof Measurement) => median(runs.map((run) => run[name]))
  const entries = NAMES.map((name) => [name, figure(name)] as const)
  return Object.fromEntries(entries) as Record<(typeof NAMES)[number], number>
}
