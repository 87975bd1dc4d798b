import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toolPath } from '../tools.mjs'
import type { Programs } from './commands.ts'
import { startKnownSetup } from './known-setup.ts'
import { describeMachine } from './machine.ts'
import { isComplete, type Options } from './options.ts'
import { ownPeak } from './own-peak.ts'
import { measureReading } from './reading.ts'
import type { Reading, Results, Series } from './results.ts'
import { type Bench, runScenario } from './rounds.ts'
import { SampleCharts } from './sample-charts.ts'
import { allScenarios, quickScenarios, type Scenario } from './scenarios.ts'
import type { Ends } from './setup.ts'
import { startSetup } from './start-setup.ts'
import { verify } from './verify.ts'

export interface Watch {
  /** Is given what is measured next. */
  progress(line: string): void
  /** Ends everything early. */
  readonly signal: AbortSignal
}

/** Everything but the servers, which are started for each group of scenarios. */
type Place = Omit<Bench, 'setup'> & Watch & { readonly samples: SampleCharts }

/** Measures what the options ask for, and yields all that it has so far; leaves no process and no file behind. */
export async function* measure(options: Options, watch: Watch): AsyncGenerator<Results, void> {
  const machine = describeMachine(options.node)
  const folder = mkdtempSync(join(tmpdir(), 'publish-helm-chart-bench-'))
  try {
    const programs = programsOf(options)
    const samples = new SampleCharts(join(folder, 'charts'), programs.helm)
    const charts = ({ charts, megabytes }: Scenario) => {
      return megabytes > 0 ? [samples.large(megabytes)] : samples.starters(charts)
    }
    const place = { ...watch, folder, programs, samples, charts }
    const scenarios = options.quick ? quickScenarios() : allScenarios(options)
    const known = scenarios.filter(({ group }) => group === 'known')
    const others = scenarios.filter(({ group }) => group !== 'known')
    const series: Series[] = []
    for (const pushes of [
      measurePushes(others, startSetup, place),
      measurePushes(known, startKnownSetup, place)
    ]) {
      for await (const more of pushes) {
        series.push(...more)
        yield { isComplete: false, machine, series, readings: [] }
      }
    }
    const readings = measureReadings(options, place)
    yield { isComplete: isComplete(options), machine, series, readings }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function programsOf({ node, cli, before }: Options): Programs {
  return { node, cli, before, helm: toolPath('helm'), oras: toolPath('oras') }
}

async function* measurePushes(
  scenarios: readonly Scenario[],
  start: typeof startSetup,
  place: Place
): AsyncGenerator<readonly Series[], void> {
  if (scenarios.length === 0) return
  const ends: Ends = []
  try {
    const bench = { ...place, setup: await start(place.folder, ends) }
    const pushes = scenarios.find(({ commands }) => commands.includes('oras'))
    if (pushes) await verify({ ...pushes, roundTripMs: 0, megabytes: 0 }, bench)
    for (const scenario of scenarios) {
      place.progress(describe(scenario))
      const series: Series[] = []
      for (const one of await runScenario(scenario, bench)) series.push(await withPeak(one, bench))
      yield series
    }
  } finally {
    for (const end of ends.reverse()) await end()
  }
}

async function withPeak(series: Series, bench: Bench): Promise<Series> {
  const { command, scenario } = series
  if (scenario.group !== 'archives' || (command !== 'ours' && command !== 'before')) return series
  const ownPeakBytes = await ownPeak(command, scenario, bench)
  await bench.setup.clean()
  return { ...series, ownPeakBytes }
}

function measureReadings({ quick, groups, runs }: Options, place: Place): readonly Reading[] {
  const { samples, folder, programs, progress, signal } = place
  if (!groups.includes('reading')) return []
  return (quick ? [1] : [1, 20]).map((megabytes) => {
    signal.throwIfAborted()
    progress(`reading: an archive of ${megabytes} MB`)
    const path = samples.pack(samples.large(megabytes), folder)
    return measureReading({ path, megabytes }, programs, quick ? 3 : runs)
  })
}

function describe({ group, roundTripMs, charts, megabytes, runs, commands }: Scenario): string {
  const what = megabytes > 0 ? `an archive of ${megabytes} MB` : `charts: ${charts}`
  return `${group}: ${what}, ${roundTripMs} ms, runs: ${runs} of ${commands.join(', ')}`
}
