import { TITLES } from './commands.ts'
import type { Figures } from './figures.ts'
import { mebibytes, milliseconds, ratio, seconds, times, traffic } from './format.ts'
import { pushSections } from './push-sections.ts'
import type { Scenario } from './scenarios.ts'
import { median } from './statistics.ts'
import type { Rows } from './table.ts'

/** A table with its title. */
export interface Section {
  readonly title: string
  readonly rows: Rows
}

/** All tables for which there are figures. */
export function sectionsOf(figures: Figures): readonly Section[] {
  return [
    ...pushSections(figures, 'round-trips'),
    ...pushSections(figures, 'known'),
    ...charts(figures),
    ...archives(figures),
    ...start(figures),
    ...reading(figures)
  ].filter(({ rows }) => rows.length > 1)
}

function charts(figures: Figures): readonly Section[] {
  const rows = figures.scenarios('charts').map((scenario) => {
    const [ours, loop] = [figures.of(scenario, 'ours'), figures.of(scenario, 'helm')]
    if (!ours || !loop) return []
    const place = [`${scenario.charts}`, `${scenario.roundTripMs} ms`]
    const faster = times(loop.seconds / ours.seconds)
    const cpu = [seconds(ours.cpuSeconds), seconds(loop.cpuSeconds)]
    const connections = [`${ours.connections}`, `${loop.connections}`]
    return [...place, seconds(ours.seconds), seconds(loop.seconds), faster, ...cpu, ...connections]
  })
  const title = 'Many charts in one call, and a loop of `helm package` and `helm push`'
  const network = ['connections', 'connections, loop']
  const names = ['one call', 'loop', 'faster', 'CPU', 'CPU, loop', ...network]
  return [{ title, rows: [['charts', 'round trip', ...names], ...rows] }]
}

function archives(figures: Figures): readonly Section[] {
  const rows = figures.scenarios('archives').flatMap((scenario) => archiveRows(scenario, figures))
  const title = 'Large archives'
  const names = ['time', 'ours : this', 'CPU', 'peak memory', 'own process', 'sent']
  return [{ title, rows: [['', 'size', 'round trip', ...names], ...rows] }]
}

function archiveRows(scenario: Scenario, figures: Figures): Rows {
  return scenario.commands.flatMap((command) => {
    const series = figures.series(scenario, command)
    const used = figures.of(scenario, command)
    if (!series || !used) return []
    const place = [TITLES[command], `${scenario.megabytes} MB`, `${scenario.roundTripMs} ms`]
    const time = [seconds(used.seconds), ratio(figures.ratio(scenario, command))]
    const memory = [mebibytes(used.peakBytes), mebibytes(series.ownPeakBytes)]
    return [[...place, ...time, seconds(used.cpuSeconds), ...memory, traffic(used.sentBytes)]]
  })
}

function start(figures: Figures): readonly Section[] {
  const rows = (['node', 'version'] as const).flatMap((command) => {
    const used = figures.of({ group: 'start' }, command)
    if (!used) return []
    const memory = mebibytes(used.peakBytes)
    return [[TITLES[command], milliseconds(used.seconds * 1000), seconds(used.cpuSeconds), memory]]
  })
  return [{ title: 'Start of the program', rows: [['', 'time', 'CPU', 'peak memory'], ...rows] }]
}

function reading({ results }: Figures): readonly Section[] {
  const rows = results.readings.map(({ megabytes, bytes, inProcess, inspect, helmShow }) => {
    const cells = [inProcess, inspect, helmShow].map((runs) => {
      const ms = median(runs)
      return `${milliseconds(ms)}, ${(bytes / 1000 / ms).toFixed(0)} MB/s`
    })
    return [`${megabytes} MB`, ...cells, ratio(median(inspect) / median(helmShow))]
  })
  const names = ['in process', '`inspect`', '`helm show chart`', '`inspect` : helm']
  return [{ title: 'Reading and validating an archive', rows: [['archive', ...names], ...rows] }]
}
