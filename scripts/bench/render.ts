import { type BarChart, barChart } from './bar-chart.ts'
import { type CommandName, TITLES } from './commands.ts'
import { Figures } from './figures.ts'
import { mebibytes } from './format.ts'
import { goalSection } from './goals.ts'
import type { Results } from './results.ts'
import { sectionsOf } from './sections.ts'
import { markdownTable, textTable } from './table.ts'

/** For a terminal. */
export function renderText(results: Results): string {
  const figures = new Figures(results)
  const sections = [...sectionsOf(figures), goalSection(figures)]
  const tables = sections.map(({ title, rows }) => `${title}\n\n${textTable(rows)}\n`)
  return [`${machineText(results)}\n`, ...tables].join('\n').replaceAll('`', '')
}

/** For docs/performance.md: ratios, the chart, all other tables, the machine. */
export function renderMarkdown(results: Results): string {
  const [ratios = '', ...others] = sectionsOf(new Figures(results)).map(({ title, rows }) => {
    return `### ${title}\n\n${markdownTable(rows)}\n`
  })
  const image = '![Seconds by round trip, of each command](performance.svg)\n'
  return [`\n${ratios}`, image, ...others, `${machineText(results)}\n`].join('\n')
}

/** Seconds of each command by round trip; the tables have all the rest. */
export function renderChart(results: Results): string {
  const figures = new Figures(results)
  const scenarios = figures.scenarios('round-trips')
  const commands: readonly CommandName[] = scenarios[0]?.commands ?? []
  const chart: BarChart = {
    title: 'From a chart directory to the registry: seconds, lower is better',
    unit: 's',
    groups: scenarios.map(({ roundTripMs }) => `${roundTripMs} ms round trip`),
    series: commands.map((command) => ({
      name: TITLES[command],
      values: scenarios.map((scenario) => figures.of(scenario, command)?.seconds ?? 0)
    }))
  }
  return barChart(chart)
}

function machineText({ machine: { versions, ...machine }, series }: Results): string {
  const { date, processor, cores, memoryBytes, system, load } = machine
  const place = `${cores} cores (${processor}), ${mebibytes(memoryBytes)}, ${system}`
  const programs = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  const highest = Math.max(load, ...series.map((one) => one.load))
  const loads = `load average ${load.toFixed(1)} before the first run, at most ${highest.toFixed(1)}`
  // The commands and their servers keep two to three processes busy.
  const note =
    load > cores || highest > cores + 3 ? ' Other work kept the machine busy: measure again.' : ''
  return `Measured on ${date}: ${place}, ${loads}.${note} ${programs.join(', ')}.`
}
