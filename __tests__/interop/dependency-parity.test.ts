import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { toolPath } from '../../scripts/tools.mjs'
import { DEPENDENCY_CASES, type DependencyCase } from '../support/dependencies/cases.ts'
import { EPOCH, type HelmHome, Market } from '../support/dependencies/market.ts'
import { referenceArchive } from '../support/dependencies/reference.ts'
import { snapshot } from '../support/dependencies/snapshot.ts'
import { lasting, tarEntries } from '../support/dependencies/tar-entries.ts'
import { APP, writeCase } from '../support/dependencies/write-case.ts'
import { type ProgramResult, runCli } from '../support/program.ts'
import { WRITER } from '../support/registry/docker-auth.ts'
import { Workspace } from '../support/workspace.ts'

const HELMS = [
  { title: 'helm 4.3', space: 'helm4', isDated: true, program: toolPath('helm') },
  { title: 'helm 3.22', space: 'helm3', isDated: false, program: toolPath('helm3') }
]
const CASES = DEPENDENCY_CASES.map((chart, index) => ({ ...chart, folder: `charts/${index}` }))

const workspace = new Workspace()
let market: Market

beforeAll(async () => {
  await workspace.open()
  market = await Market.open(workspace)
  const logins = market.privateHosts.map((host) => [host, loginOf(WRITER)])
  await writeFile(workspace.path('auth.json'), JSON.stringify(Object.fromEntries(logins)))
  for (const chart of CASES) await writeCase(workspace, market, { folder: chart.folder, chart })
})

afterAll(async () => {
  await market.close()
  await workspace.close()
})

describe.each(HELMS)('with $title', ({ space, isDated, program }) => {
  let outcomes: ReadonlyMap<string, Promise<Outcome>>

  beforeAll(async () => {
    const home = await market.helmHome(program, space)
    await market.addRepositories(program, home)
    outcomes = sideBySide((chart) => compare(chart, { space, program, home }))
  })

  test.each(CASES)(
    'the archive is that of helm dependency build and helm package: $title',
    async ({ title, isV1 = false, locked }) => {
      const { ours, theirs, result, before, after, leftovers } = await found(outcomes.get(title))
      expect(result).toMatchObject({ code: 0 })
      const hasNewLock = isV1 && locked === undefined
      const same = { keepsTimes: isDated }
      expect(lasting(tarEntries(ours), same)).toEqual(lasting(tarEntries(theirs), same))
      if (isDated && !hasNewLock) expect(ours.equals(theirs)).toBe(true)
      expect(after).toEqual(before)
      expect(leftovers).toEqual([])
    }
  )
})

interface Outcome {
  readonly result: ProgramResult
  readonly ours: Buffer
  readonly theirs: Buffer
  readonly before: unknown
  readonly after: unknown
  readonly leftovers: readonly string[]
}

interface HelmOfTest {
  readonly space: string
  readonly program: string
  readonly home: HelmHome
}

async function compare(chart: (typeof CASES)[number], of: HelmOfTest): Promise<Outcome> {
  const { folder } = chart
  const place = `${of.space}/${folder}`
  const before = await snapshot(workspace.path(folder))
  await mkdir(workspace.path(place, 'tmp'), { recursive: true })
  const result = await packageCase(chart, of, place)
  const after = await snapshot(workspace.path(folder))
  const leftovers = await readdir(workspace.path(place, 'tmp'))
  if (result.code !== 0) throw new Error(result.stderr)
  const ours = await readFile(workspace.path(place, 'ours', `${APP}-1.0.0.tgz`))
  const names = tarEntries(ours).map(({ name }) => name)
  const isInOrder = (theirs: readonly string[]) => {
    return theirs.length !== names.length || theirs.join('\n') === names.join('\n')
  }
  const { program, home } = of
  const options = { program, home, source: folder, folder: place, isInOrder }
  const theirs = await referenceArchive(workspace, chart, options)
  return { result, ours, theirs, before, after, leftovers }
}

function packageCase(
  { folder, flags = [], knowsMachine = false }: DependencyCase & { readonly folder: string },
  { program, home }: HelmOfTest,
  place: string
): Promise<ProgramResult> {
  const machine = `${home.folder}/.config/helm/repositories.yaml`
  const environment = {
    PATH: `${dirname(program)}:/usr/bin:/bin`,
    TMPDIR: workspace.path(place, 'tmp'),
    SOURCE_DATE_EPOCH: EPOCH,
    ...(knowsMachine && { HELM_REPOSITORY_CONFIG: machine })
  }
  const access = knowsMachine
    ? []
    : [`--ca=${market.authority.root.certFile}`, '--registry-auth-file=auth.json']
  const destination = `--destination=${workspace.path(place, 'ours')}`
  const args = ['package', `${folder}/${APP}`, destination, ...access]
  return runCli(workspace, [...args, ...flags.map((flag) => market.fill(flag))], { environment })
}

/** All cases, as many at a time as there are cores, each with what comes of it. */
function sideBySide(
  work: (chart: (typeof CASES)[number]) => Promise<Outcome>
): ReadonlyMap<string, Promise<Outcome>> {
  const lanes = Array.from({ length: availableParallelism() + 1 }, () => Promise.resolve())
  const all = CASES.map((chart, index) => {
    const lane = index % lanes.length
    const outcome = (lanes[lane] ?? Promise.resolve()).then(() => work(chart))
    lanes[lane] = outcome.then(
      () => undefined,
      () => undefined
    )
    return [chart.title, outcome] as const
  })
  return new Map(all)
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('there is no such case')
  return value
}

function loginOf({ username, password }: Pick<typeof WRITER, 'username' | 'password'>) {
  return { username, password }
}
