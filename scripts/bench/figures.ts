import type { CommandName } from './commands.ts'
import type { Measurement, Results, Series } from './results.ts'
import type { Scenario } from './scenarios.ts'
import { medians } from './statistics.ts'

/** Which series: `charts` and `megabytes` are 1 and 0 unless given. */
export type Wanted = Partial<Pick<Scenario, 'roundTripMs' | 'charts' | 'megabytes'>> &
  Pick<Scenario, 'group'>

/** Finds medians in results. */
export class Figures {
  readonly results: Results

  constructor(results: Results) {
    this.results = results
  }

  /** The scenarios of a group, in order. */
  scenarios(group: Scenario['group']): readonly Scenario[] {
    const all = this.results.series.map(({ scenario }) => scenario)
    const texts = all.map((scenario) => JSON.stringify(scenario))
    return all.filter((scenario, index) => {
      return scenario.group === group && texts.indexOf(texts[index] ?? '') === index
    })
  }

  series(wanted: Wanted, command: CommandName): Series | undefined {
    const { group, roundTripMs = 0, charts = 1, megabytes = 0 } = wanted
    return this.results.series.find(({ scenario, command: name }) => {
      const sameSize = scenario.charts === charts && scenario.megabytes === megabytes
      const sameNetwork = scenario.group === group && scenario.roundTripMs === roundTripMs
      return name === command && sameSize && sameNetwork
    })
  }

  of(wanted: Wanted, command: CommandName): Measurement | undefined {
    const series = this.series(wanted, command)
    return series && medians(series.runs)
  }

  /** How many times as long ours takes as another command. */
  ratio(wanted: Wanted, other: CommandName): number | undefined {
    const [ours, theirs] = [this.of(wanted, 'ours'), this.of(wanted, other)]
    return ours && theirs && ours.seconds / theirs.seconds
  }
}
