import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { dirname, join } from 'node:path'
import {
  type Chart,
  type CommandName,
  configFile,
  OUR_LOGIN,
  type Programs,
  stepsOf
} from './commands.ts'
import type { Measurement, Series } from './results.ts'
import { configJson } from './sample-charts.ts'
import type { Scenario } from './scenarios.ts'
import type { Setup } from './setup.ts'
import { shellScript } from './shell-script.ts'
import { timeProcess } from './timed-process.ts'

export interface Bench {
  /** For the folders of runs, which are removed after each. */
  readonly folder: string
  readonly programs: Programs
  readonly setup: Setup
  /** Ends what runs. */
  readonly signal: AbortSignal
  charts(scenario: Scenario): readonly Chart[]
}

export interface Run {
  readonly measurement: Measurement
  readonly trace: readonly string[]
}

/** Runs all commands of a scenario by turns: A B C A B C … */
export async function runScenario(scenario: Scenario, bench: Bench): Promise<readonly Series[]> {
  bench.setup.roundTripMs = scenario.roundTripMs
  const { commands } = scenario
  const runs = await byTurns(commands, scenario.runs, async (command) => {
    const run = await runOnce({ command, scenario }, bench)
    if (scenario.megabytes > 0) await bench.setup.clean()
    return run
  })
  return commands.map((command, index) => seriesOf(command, scenario, runs[index] ?? []))
}

/** Runs something for each item, and again for as many rounds. Returns the results by item. */
export async function byTurns<Item, Outcome>(
  items: readonly Item[],
  rounds: number,
  run: (item: Item) => Promise<Outcome>
): Promise<readonly (readonly Outcome[])[]> {
  const outcomes = items.map((): Outcome[] => [])
  for (let round = 0; round < rounds; round++) {
    for (const [index, item] of items.entries()) outcomes[index]?.push(await run(item))
  }
  return outcomes
}

function seriesOf(command: CommandName, scenario: Scenario, runs: readonly Run[]): Series {
  const trace = scenario.charts === 1 ? (runs.at(-1)?.trace ?? []) : []
  const load = loadavg()[0] ?? 0
  return { scenario, command, runs: runs.map(({ measurement }) => measurement), load, trace }
}

export interface RunOptions {
  readonly command: CommandName
  readonly scenario: Scenario
  /** A new one unless given. */
  readonly version?: string
  readonly path?: string
  readonly environment?: Readonly<Record<string, string>>
}

let versions = 0

/** One run, with a home, a folder for temporary files and a version that nobody has used before. */
export async function runOnce(options: RunOptions, bench: Bench): Promise<Run> {
  const { command, scenario, version = `1.0.${++versions}`, path = 'team/bench' } = options
  const { setup, programs } = bench
  const charts = bench.charts(scenario)
  const directory = await mkdtemp(join(bench.folder, 'run-'))
  try {
    const environment = { ...(await environmentIn(directory, bench)), ...options.environment }
    const job = { charts, version, path, registry: setup.host, ca: setup.ca }
    const steps = stepsOf(command, job, programs)
    for (const chart of charts) {
      await writeFile(join(directory, configFile(chart)), configJson(chart, version))
    }
    await writeFile(join(directory, 'steps.sh'), shellScript(steps))
    const [first, ...others] = steps
    if (!first) throw new Error(`${command} has no steps`)
    setup.begin()
    const program = others.length === 0 ? first : (['sh', '-e', 'steps.sh'] as const)
    const usage = await timeProcess(program, { directory, environment, signal: bench.signal })
    const { trace, ...counts } = await setup.end()
    return { measurement: { ...usage, ...counts }, trace }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function environmentIn(
  directory: string,
  { programs, setup }: Bench
): Promise<Readonly<Record<string, string>>> {
  const [home, temporary] = [join(directory, 'home'), join(directory, 'tmp')]
  await Promise.all([mkdir(home), mkdir(temporary)])
  return {
    PATH: `${dirname(programs.helm)}:/usr/local/bin:/usr/bin:/bin`,
    HOME: home,
    TMPDIR: temporary,
    TZ: 'UTC',
    ...OUR_LOGIN,
    ...setup.environment
  }
}
