import { join } from 'node:path'
import { parseArgs } from 'node:util'

export const GROUPS = ['round-trips', 'charts', 'archives', 'start', 'reading', 'known'] as const
export type Group = (typeof GROUPS)[number]

const ROOT = join(import.meta.dirname, '../..')

const USUAL_RUNS = 9

export interface Options {
  readonly quick: boolean
  readonly runs: number
  readonly groups: readonly Group[]
  /** File for the figures as JSON. */
  readonly json: string | undefined
  /** Whether docs/performance.md and its chart are written. */
  readonly docs: boolean
  /** File with figures of an earlier run, which are shown and not measured. */
  readonly from: string | undefined
  readonly node: string
  readonly cli: string
  readonly before: string | undefined
}

export const USAGE = `npm run bench -- [flags]
  --quick                at most a minute: few runs, few scenarios
  --runs COUNT           runs of each command for one chart (default ${USUAL_RUNS}; charts in one call: 3)
  --only GROUP,…         ${GROUPS.join(', ')}
  --known-token-service  also ghcr.io, whose token service a client can know (needs nginx)
  --json FILE            write all figures
  --docs                 write docs/performance.md and docs/performance.svg
  --from FILE            take the figures of an earlier --json, and measure nothing
  --node FILE            Node that runs the program (default: the one that runs this)
  --cli FILE             build to measure (default dist/cli.cjs)
  --before FILE          another build, to compare with
`

export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({ args: [...args], options: FLAGS })
  const runs = Number(values.runs)
  if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs ${values.runs} is not a count`)
  const groups = values.only?.split(',').map(groupOf) ?? usualGroups(values['known-token-service'])
  const { quick, json, docs, from, node, cli, before } = values
  const options = { quick, runs, groups, json, docs, from, node, cli, before }
  if (docs && from === undefined && !isComplete(options)) {
    throw new Error('--docs needs all figures: leave out --quick, --only and --runs')
  }
  return options
}

/** Whether all usual groups are measured, as often as they have to be. */
export function isComplete({ quick, groups, runs }: Options): boolean {
  return !quick && runs >= USUAL_RUNS && usualGroups(false).every((group) => groups.includes(group))
}

const FLAGS = {
  quick: { type: 'boolean', default: false },
  runs: { type: 'string', default: `${USUAL_RUNS}` },
  only: { type: 'string' },
  'known-token-service': { type: 'boolean', default: false },
  json: { type: 'string' },
  docs: { type: 'boolean', default: false },
  from: { type: 'string' },
  node: { type: 'string', default: process.execPath },
  cli: { type: 'string', default: join(ROOT, 'dist/cli.cjs') },
  before: { type: 'string' }
} as const

function usualGroups(known: boolean): readonly Group[] {
  return GROUPS.filter((group) => group !== 'known' || known)
}

function groupOf(name: string): Group {
  const group = GROUPS.find((one) => one === name)
  if (!group) throw new Error(`--only ${name}: there is ${GROUPS.join(', ')}`)
  return group
}
