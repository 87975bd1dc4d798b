// What the program has to reach. A run shows whether it does; nothing fails, since machines differ.
import type { Figures } from './figures.ts'
import { ratio } from './format.ts'
import type { Section } from './section.ts'

interface Goal {
  readonly name: string
  readonly limit: number
  /** At least the limit, not at most. */
  readonly more?: true
  readonly measured: (figures: Figures) => number | undefined
}

const at = (roundTripMs: number) => ({ group: 'round-trips', roundTripMs }) as const
const LARGE = { group: 'archives', roundTripMs: 20, megabytes: 90 } as const

const GOALS: readonly Goal[] = [
  { name: 'time, 0 ms, by helm', limit: 1.5, measured: (all) => all.ratio(at(0), 'helm') },
  { name: 'time, 20 ms, by helm', limit: 0.95, measured: (all) => all.ratio(at(20), 'helm') },
  { name: 'time, 50 ms, by helm', limit: 0.82, measured: (all) => all.ratio(at(50), 'helm') },
  {
    name: 'time, 50 ms, by helm, token service known',
    limit: 0.68,
    measured: (all) => all.ratio({ group: 'known', roundTripMs: 50 }, 'helm')
  },
  {
    name: 'time, 50 ms, by helm with login',
    limit: 0.52,
    measured: (all) => all.ratio(at(50), 'helm-login')
  },
  { name: 'time, 50 ms, by oras', limit: 1, measured: (all) => all.ratio(at(50), 'oras') },
  { name: 'time, 100 ms, by oras', limit: 1, measured: (all) => all.ratio(at(100), 'oras') },
  {
    name: 'a loop of 50 charts, 50 ms, by one call',
    limit: 8,
    more: true,
    measured: (all) => inverse(all.ratio({ group: 'charts', roundTripMs: 50, charts: 50 }, 'helm'))
  },
  { name: 'time, 90 MB, 20 ms, by helm', limit: 0.55, measured: (all) => all.ratio(LARGE, 'helm') },
  { name: 'peak memory, 90 MB, by helm', limit: 0.45, measured: peakRatio },
  { name: '`version`, ms above bare Node', limit: 20, measured: startMs },
  {
    name: 'requests of a push, without HEADs of blobs',
    limit: 9,
    measured: (all) => requests(all, 'round-trips')
  },
  { name: 'the same, token service known', limit: 8, measured: (all) => requests(all, 'known') }
]

/** One line for each goal that was measured. */
export function goalSection(figures: Figures): Section {
  const rows = GOALS.flatMap(({ name, limit, more, measured }) => {
    const value = measured(figures)
    if (value === undefined) return []
    const met = more ? value >= limit : value <= limit
    const cells = [ratio(value), `${more ? 'at least' : 'at most'} ${limit}`, met ? 'yes' : 'NO']
    return [[name, ...cells]]
  })
  return { title: 'Goals', rows: [['', 'measured', 'goal', 'met'], ...rows] }
}

function peakRatio(figures: Figures): number | undefined {
  const [ours, helm] = [figures.of(LARGE, 'ours'), figures.of(LARGE, 'helm')]
  return ours && helm && ours.peakBytes / helm.peakBytes
}

function startMs(figures: Figures): number | undefined {
  const [node, version] = [
    figures.of({ group: 'start' }, 'node'),
    figures.of({ group: 'start' }, 'version')
  ]
  return node && version && (version.seconds - node.seconds) * 1000
}

/** HEADs of blobs run in parallel with the read-back, and are not counted. */
function requests(figures: Figures, group: 'round-trips' | 'known'): number | undefined {
  const [scenario] = figures.scenarios(group)
  const trace = scenario && figures.series(scenario, 'ours')?.trace
  return trace?.filter((request) => !request.startsWith('HEAD blob')).length
}

function inverse(value: number | undefined): number | undefined {
  return value === undefined ? undefined : 1 / value
}
