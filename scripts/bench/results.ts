import type { CommandName } from './commands.ts'
import type { Machine } from './machine.ts'
import type { Scenario } from './scenarios.ts'

/** What one run of a command used. */
export interface Measurement {
  /** From its start to its exit. */
  readonly seconds: number
  /** User and system time, of all of its processes together. */
  readonly cpuSeconds: number
  /** Largest resident set of any of its processes. */
  readonly peakBytes: number
  /** At the registry, without tokens. */
  readonly requests: number
  readonly tokens: number
  readonly connections: number
  readonly sentBytes: number
  readonly receivedBytes: number
}

/** The runs of one command in one scenario. */
export interface Series {
  readonly scenario: Scenario
  readonly command: CommandName
  readonly runs: readonly Measurement[]
  /** Load average of one minute after the last run; the runs themselves are a part of it. */
  readonly load: number
  /** Requests of the last run, in the order in which the registry ended them: `PUT manifest 201`. */
  readonly trace: readonly string[]
  /** Largest resident set of our own process, without those that it starts; from a run that is not counted. */
  readonly ownPeakBytes?: number
}

/** How fast archives are read. Milliseconds. */
export interface Reading {
  readonly megabytes: number
  readonly bytes: number
  readonly inProcess: readonly number[]
  readonly inspect: readonly number[]
  readonly helmShow: readonly number[]
}

export interface Results {
  /** Whether all that docs/performance.md shows was measured. */
  readonly isComplete: boolean
  readonly machine: Machine
  readonly series: readonly Series[]
  readonly readings: readonly Reading[]
}
