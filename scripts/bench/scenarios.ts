import type { CommandName } from './commands.ts'
import type { Group, Options } from './options.ts'

/** What the commands do, and over which network. */
export interface Scenario {
  readonly group: Group
  readonly roundTripMs: number
  readonly charts: number
  /** Size of the archive; 0: the chart of `helm create`, about 5 KB. */
  readonly megabytes: number
  readonly runs: number
  readonly commands: readonly CommandName[]
}

const ONE_CHART = { charts: 1, megabytes: 0 } as const
const PUSHES: readonly CommandName[] = ['ours', 'helm', 'helm-login', 'oras']

/** The whole comparison; takes about twenty minutes. */
export function allScenarios({ runs, groups, before }: Options): readonly Scenario[] {
  const pushes = before === undefined ? PUSHES : [...PUSHES, 'before' as const]
  const loop = ['ours', 'helm'] as const
  const scenarios: readonly Scenario[] = [
    ...[0, 20, 50, 100].map((roundTripMs) => {
      return { group: 'round-trips', roundTripMs, ...ONE_CHART, runs, commands: pushes } as const
    }),
    ...[20, 50].flatMap((roundTripMs) => {
      return [1, 10, 50].map((charts) => {
        return {
          group: 'charts',
          roundTripMs,
          charts,
          megabytes: 0,
          runs: 3,
          commands: loop
        } as const
      })
    }),
    { group: 'charts', roundTripMs: 50, charts: 200, megabytes: 0, runs: 1, commands: loop },
    ...[0, 20].flatMap((roundTripMs) => {
      return [20, 90].map((megabytes) => {
        return {
          group: 'archives',
          roundTripMs,
          charts: 1,
          megabytes,
          runs,
          commands: pushes
        } as const
      })
    }),
    startScenario(21),
    ...[50, 100].map((roundTripMs) => {
      return { group: 'known', roundTripMs, ...ONE_CHART, runs, commands: pushes } as const
    })
  ]
  return scenarios.filter(({ group }) => groups.includes(group))
}

/** At most a minute on two cores: that everything works, and about how long it takes. */
export function quickScenarios(): readonly Scenario[] {
  const runs = 3
  return [
    { group: 'round-trips', roundTripMs: 0, ...ONE_CHART, runs, commands: PUSHES },
    { group: 'round-trips', roundTripMs: 50, ...ONE_CHART, runs, commands: PUSHES },
    {
      group: 'charts',
      roundTripMs: 20,
      charts: 5,
      megabytes: 0,
      runs: 1,
      commands: ['ours', 'helm']
    },
    { group: 'archives', roundTripMs: 0, charts: 1, megabytes: 20, runs: 1, commands: PUSHES },
    startScenario(5)
  ]
}

function startScenario(runs: number): Scenario {
  return { group: 'start', roundTripMs: 0, ...ONE_CHART, runs, commands: ['node', 'version'] }
}
