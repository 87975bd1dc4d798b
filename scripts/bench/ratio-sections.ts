import { type CommandName, TITLES } from './commands.ts'
import type { Figures } from './figures.ts'
import { ratio } from './format.ts'
import type { Measurement } from './results.ts'
import type { Scenario } from './scenarios.ts'
import type { Section } from './section.ts'

/** How ours compares with the others, in each group of scenarios. */
export function ratioSections(figures: Figures): readonly Section[] {
  const seconds = (of: Measurement) => of.seconds
  const byRoundTrip = ({ roundTripMs }: Scenario) => `${roundTripMs} ms`
  const bySize = ({ megabytes, roundTripMs }: Scenario) => `${megabytes} MB, ${roundTripMs} ms`
  const time = 'Time of `publish` divided by that of others'
  const memory = 'Peak memory of `publish` divided by that of others'
  return [
    compare(figures, { title: time, group: 'round-trips', label: byRoundTrip, figure: seconds }),
    compare(figures, {
      title: `${time}, token service known`,
      group: 'known',
      label: byRoundTrip,
      figure: seconds
    }),
    loops(figures),
    compare(figures, {
      title: `${time}, large archives`,
      group: 'archives',
      label: bySize,
      figure: seconds
    }),
    compare(figures, {
      title: `${memory}, large archives`,
      group: 'archives',
      label: bySize,
      figure: (of) => of.peakBytes
    })
  ]
}

interface Comparison {
  readonly title: string
  readonly group: Scenario['group']
  /** Of a column. */
  readonly label: (scenario: Scenario) => string
  readonly figure: (of: Measurement) => number
}

/** A row for each other command, a column for each scenario. */
function compare(figures: Figures, { title, group, label, figure }: Comparison): Section {
  const scenarios = figures.scenarios(group)
  const cell = (scenario: Scenario, command: CommandName) => {
    const [ours, other] = [figures.of(scenario, 'ours'), figures.of(scenario, command)]
    return ratio(ours && other && figure(ours) / figure(other))
  }
  const others = scenarios[0]?.commands.filter((command) => command !== 'ours') ?? []
  const rows = others.map((command) => {
    return [TITLES[command], ...scenarios.map((scenario) => cell(scenario, command))]
  })
  return { title, rows: [['', ...scenarios.map(label)], ...rows] }
}

/** A row for each round trip, a column for each number of charts. */
function loops(figures: Figures): Section {
  const scenarios = figures.scenarios('charts')
  const counts = [...new Set(scenarios.map(({ charts }) => charts))]
  const rows = [...new Set(scenarios.map(({ roundTripMs }) => roundTripMs))].map((roundTripMs) => {
    const cells = counts.map((charts) => {
      const value = figures.ratio({ group: 'charts', roundTripMs, charts }, 'helm')
      return value === undefined ? '' : ratio(1 / value)
    })
    return [`${roundTripMs} ms`, ...cells]
  })
  const title = 'Time of a loop of `helm package` and `helm push`, divided by that of one call'
  return { title, rows: [['charts', ...counts.map(String)], ...rows] }
}
