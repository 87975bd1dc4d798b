import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { toolPath } from '../../scripts/tools.mjs'
import { DEPENDENCY_CASES } from '../support/dependencies/cases.ts'
import type { HelmHome } from '../support/dependencies/helm.ts'
import { EPOCH, Market } from '../support/dependencies/market.ts'
import { referenceArchive } from '../support/dependencies/reference.ts'
import { snapshot } from '../support/dependencies/snapshot.ts'
import { lasting, tarEntries } from '../support/dependencies/tar-entries.ts'
import { type PlacedCase, writeCase } from '../support/dependencies/write-case.ts'
import { type ProgramResult, runCli } from '../support/program.ts'
import { WRITER } from '../support/registry/docker-auth.ts'
import { Workspace } from '../support/workspace.ts'

const HELMS = [
  { title: 'helm 4.3, chart by chart', space: 'helm4', isDated: true, program: toolPath('helm') },
  {
    title: 'helm 3.22, many charts in a run',
    space: 'helm3',
    isDated: false,
    program: toolPath('helm3')
  }
]
const CASES: readonly PlacedCase[] = DEPENDENCY_CASES.map((chart, index) => {
  return { ...chart, folder: `charts/${index}`, name: `app-${index}` }
})

const workspace = new Workspace()
let market: Market

beforeAll(async () => {
  await workspace.open()
  market = await Market.open(workspace)
  const { username, password } = WRITER
  const logins = market.privateHosts.map((host) => [host, { username, password }])
  await writeFile(workspace.path('auth.json'), JSON.stringify(Object.fromEntries(logins)))
  for (const chart of CASES) await writeCase(workspace, market, chart)
})

afterAll(async () => {
  await market.close()
  await workspace.close()
})

describe.each(HELMS)('with $title', ({ space, isDated, program }) => {
  let outcomes: ReadonlyMap<PlacedCase, Promise<Outcome>>

  beforeAll(async () => {
    const home = await market.helmHome(program, space)
    await market.addRepositories(program, home)
    outcomes = compareAll(isDated ? CASES.map((chart) => [chart]) : groups(), {
      ...{ space, program, home }
    })
  })

  test.each(CASES)(
    'the archive is that of helm dependency build and helm package: $title',
    async (chart) => {
      const outcome = await outcomes.get(chart)
      if (!outcome) throw new Error('there is no such case')
      const { ours, theirs, before, after, leftovers } = outcome
      const same = { keepsTimes: isDated }
      expect(lasting(tarEntries(ours), same)).toEqual(lasting(tarEntries(theirs), same))
      const hasNewLock = chart.isV1 === true && chart.locked === undefined
      if (isDated && !hasNewLock) expect(ours.equals(theirs)).toBe(true)
      expect(after).toEqual(before)
      expect(leftovers).toEqual([])
    }
  )
})

interface Outcome {
  readonly ours: Buffer
  readonly theirs: Buffer
  /** Of the folder of the case. */
  readonly before: unknown
  readonly after: unknown
  /** In the folder for temporary files. */
  readonly leftovers: readonly string[]
}

interface HelmOfTest {
  readonly space: string
  readonly program: string
  readonly home: HelmHome
}

/** The cases that need the same flags. */
function groups(): readonly (readonly PlacedCase[])[] {
  const keys = new Map<string, PlacedCase[]>()
  for (const chart of CASES) {
    const key = JSON.stringify([chart.flags, chart.knowsMachine])
    keys.set(key, [...(keys.get(key) ?? []), chart])
  }
  return [...keys.values()]
}

/** Runs as many groups and references side by side as there are cores, and gives what comes of each case. */
function compareAll(
  all: readonly (readonly PlacedCase[])[],
  of: HelmOfTest
): ReadonlyMap<PlacedCase, Promise<Outcome>> {
  const lanes = Array.from({ length: availableParallelism() + 1 }, () => Promise.resolve())
  let next = 0
  const inLane = <T>(work: () => Promise<T>): Promise<T> => {
    const lane = next++ % lanes.length
    const done = (lanes[lane] ?? Promise.resolve()).then(work)
    lanes[lane] = done.then(
      () => undefined,
      () => undefined
    )
    return done
  }
  const pairs = all.flatMap((charts) => {
    const packaged = inLane(() => packageGroup(charts, of))
    return charts.map((chart) => {
      const outcome = inLane(async () => compare(chart, await packaged, of))
      // The test of the case awaits it later.
      outcome.catch(() => undefined)
      return [chart, outcome] as const
    })
  })
  return new Map(pairs)
}

interface Packaged extends Pick<Outcome, 'leftovers'> {
  readonly folder: string
  readonly before: ReadonlyMap<PlacedCase, unknown>
  readonly after: ReadonlyMap<PlacedCase, unknown>
}

async function packageGroup(
  charts: readonly PlacedCase[],
  { space, program, home }: HelmOfTest
): Promise<Packaged> {
  const [first] = charts
  if (!first) throw new Error('there are no charts')
  const folder = workspace.path(space, first.name)
  await mkdir(join(folder, 'tmp'), { recursive: true })
  const before = await snapshots(charts)
  const result = await packageCases(charts, folder, { program, home })
  if (result.code !== 0) throw new Error(result.stderr)
  const leftovers = await readdir(join(folder, 'tmp'))
  return { folder, before, after: await snapshots(charts), leftovers }
}

function packageCases(
  charts: readonly PlacedCase[],
  folder: string,
  { program, home }: Pick<HelmOfTest, 'program' | 'home'>
): Promise<ProgramResult> {
  const { flags = [], knowsMachine = false } = charts[0] ?? {}
  const machine = `${home.folder}/.config/helm/repositories.yaml`
  const environment = {
    PATH: `${dirname(program)}:/usr/bin:/bin`,
    TMPDIR: join(folder, 'tmp'),
    SOURCE_DATE_EPOCH: EPOCH,
    ...(knowsMachine && { HELM_REPOSITORY_CONFIG: machine })
  }
  const access = knowsMachine
    ? []
    : [`--ca=${market.authority.root.certFile}`, '--registry-auth-file=auth.json']
  const paths = charts.map((chart) => `${chart.folder}/${chart.name}`)
  const args = ['package', ...paths, `--destination=${join(folder, 'ours')}`, ...access]
  return runCli(workspace, [...args, ...flags.map((flag) => market.fill(flag))], { environment })
}

async function compare(
  chart: PlacedCase,
  { folder, before, after, leftovers }: Packaged,
  { space, program, home }: HelmOfTest
): Promise<Outcome> {
  const ours = await readFile(join(folder, 'ours', `${chart.name}-1.0.0.tgz`))
  const names = tarEntries(ours).map(({ name }) => name)
  // Other names are another archive, in whatever order.
  const isInOrder = (theirs: readonly string[]) => {
    return theirs.join('\n') === names.join('\n') || !isSame(theirs, names)
  }
  const options = { program, home, folder: `${space}/reference/${chart.name}`, isInOrder }
  const theirs = await referenceArchive(workspace, chart, options)
  return { ours, theirs, before: before.get(chart), after: after.get(chart), leftovers }
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return [...some].sort().join('\n') === [...others].sort().join('\n')
}

async function snapshots(charts: readonly PlacedCase[]): Promise<ReadonlyMap<PlacedCase, unknown>> {
  const made = charts.map(async (chart) => {
    return [chart, await snapshot(workspace.path(chart.folder))] as const
  })
  return new Map(await Promise.all(made))
}
