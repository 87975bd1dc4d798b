import { type CommandName, TITLES } from './commands.ts'
import type { Figures } from './figures.ts'
import { mebibytes, ratio, seconds, traffic } from './format.ts'
import type { Scenario } from './scenarios.ts'
import type { Section } from './sections.ts'

/** Ratios, then seconds, then what one push uses, for one chart. */
export function pushSections(figures: Figures, group: 'round-trips' | 'known'): readonly Section[] {
  const scenarios = figures.scenarios(group)
  const [first] = scenarios
  if (!first) return []
  const where = group === 'known' ? ', token service known' : ''
  return [
    ratios(`Time of \`publish\` divided by that of others${where}`, scenarios, figures),
    times(`Seconds, one chart of 5 KB${where}`, scenarios, figures),
    ...needs(scenarios.at(-1) ?? first, figures, where)
  ]
}

function ratios(title: string, scenarios: readonly Scenario[], figures: Figures): Section {
  const others = commandsOf(scenarios).filter((command) => command !== 'ours')
  const rows = others.map((command) => {
    const cells = scenarios.map((scenario) => ratio(figures.ratio(scenario, command)))
    return [TITLES[command], ...cells]
  })
  return { title, rows: [head(scenarios), ...rows] }
}

function times(title: string, scenarios: readonly Scenario[], figures: Figures): Section {
  const rows = commandsOf(scenarios).map((command) => {
    const cells = scenarios.map((scenario) => seconds(figures.of(scenario, command)?.seconds))
    return [TITLES[command], ...cells]
  })
  return { title, rows: [head(scenarios), ...rows] }
}

/** From one scenario, since it is the same in all of them. */
function needs(scenario: Scenario, figures: Figures, where: string): readonly Section[] {
  const rows = scenario.commands.flatMap((command) => {
    const used = figures.of(scenario, command)
    if (!used) return []
    const { requests, tokens, connections, sentBytes, receivedBytes, cpuSeconds, peakBytes } = used
    const counts = [`${requests} + ${tokens}`, `${connections}`]
    const bytes = [traffic(sentBytes), traffic(receivedBytes)]
    return [[TITLES[command], ...counts, ...bytes, seconds(cpuSeconds), mebibytes(peakBytes)]]
  })
  const title = `What one push uses (${scenario.roundTripMs} ms${where})`
  const names = ['requests + tokens', 'connections', 'sent', 'received', 'CPU', 'peak memory']
  return [{ title, rows: [['', ...names], ...rows] }]
}

function head(scenarios: readonly Scenario[]): readonly string[] {
  return ['round trip', ...scenarios.map(({ roundTripMs }) => `${roundTripMs} ms`)]
}

function commandsOf(scenarios: readonly Scenario[]): readonly CommandName[] {
  return scenarios[0]?.commands ?? []
}
