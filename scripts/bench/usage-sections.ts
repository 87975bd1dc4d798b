import { type CommandName, TITLES } from './commands.ts'
import type { Figures } from './figures.ts'
import { mebibytes, seconds, traffic } from './format.ts'
import type { Measurement } from './results.ts'
import type { Scenario } from './scenarios.ts'
import type { Section } from './section.ts'

const NETWORK = ['requests + tokens', 'connections', 'sent', 'received']
const USAGE = ['time', ...NETWORK, 'CPU', 'peak memory']

/** What each command took and used, in each group of scenarios. */
export function usageSections(figures: Figures): readonly Section[] {
  return [
    ...pushes(figures, 'round-trips', ''),
    ...pushes(figures, 'known', ', token service known'),
    charts(figures),
    archives(figures)
  ]
}

/** Seconds at each round trip; all the rest is the same at each of them, and comes from the last one. */
function pushes(
  figures: Figures,
  group: 'round-trips' | 'known',
  where: string
): readonly Section[] {
  const scenarios = figures.scenarios(group)
  const last = scenarios.at(-1)
  if (!last) return []
  const times = last.commands.map((command) => {
    const cells = scenarios.map((scenario) => seconds(figures.of(scenario, command)?.seconds))
    return [TITLES[command], ...cells]
  })
  const head = ['', ...scenarios.map(({ roundTripMs }) => `${roundTripMs} ms`)]
  const uses = measured(last, figures).map(([command, used]) => [TITLES[command], ...cellsOf(used)])
  return [
    { title: `Seconds, one chart of 5 KB${where}`, rows: [head, ...times] },
    { title: `What one push uses, ${last.roundTripMs} ms${where}`, rows: [['', ...USAGE], ...uses] }
  ]
}

function charts(figures: Figures): Section {
  const rows = figures.scenarios('charts').flatMap((scenario) => {
    const place = [`${scenario.charts}`, `${scenario.roundTripMs} ms`]
    return measured(scenario, figures).map(([command, used]) => {
      return [TITLES[command], ...place, ...cellsOf(used)]
    })
  })
  const head = ['', 'charts', 'round trip', ...USAGE]
  return { title: 'What one call for many charts uses, and a loop', rows: [head, ...rows] }
}

/** With the peak of our own process, without the helm that it runs. */
function archives(figures: Figures): Section {
  const rows = figures.scenarios('archives').flatMap((scenario) => {
    const place = [`${scenario.megabytes} MB`, `${scenario.roundTripMs} ms`]
    return measured(scenario, figures).map(([command, used]) => {
      const ownPeak = mebibytes(figures.series(scenario, command)?.ownPeakBytes)
      return [TITLES[command], ...place, ...cellsOf(used), ownPeak]
    })
  })
  const head = ['', 'size', 'round trip', ...USAGE, 'own process']
  return { title: 'What large archives use', rows: [head, ...rows] }
}

function measured(
  scenario: Scenario,
  figures: Figures
): readonly (readonly [CommandName, Measurement])[] {
  return scenario.commands.flatMap((command) => {
    const used = figures.of(scenario, command)
    return used ? [[command, used] as const] : []
  })
}

function cellsOf(used: Measurement): readonly string[] {
  const { requests, tokens, connections, sentBytes, receivedBytes, cpuSeconds, peakBytes } = used
  const network = [`${requests} + ${tokens}`, `${connections}`]
  const bytes = [traffic(sentBytes), traffic(receivedBytes)]
  return [seconds(used.seconds), ...network, ...bytes, seconds(cpuSeconds), mebibytes(peakBytes)]
}
