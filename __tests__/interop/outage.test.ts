import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { toolPath } from '../../scripts/tools.mjs'
import type { PublicationJson } from '../../src/publish/model/publication-json.ts'
import { mapConcurrent } from '../../src/shared/concurrency.ts'
import { chartFiles } from '../support/charts/charts.ts'
import { packageWith, type Released, release, statuses } from '../support/charts/releases.ts'
import { Rehearsal, type ShownTag } from '../support/faults/rehearsal.ts'
import { RecordingLogger } from '../support/log.ts'
import type { Manner, Outage } from '../support/network/watched-proxy.ts'
import { Workspace } from '../support/workspace.ts'
import { useRegistryServers } from './docker-registry.ts'

const KINDS = ['docker-registry', 'distribution', 'olareg'] as const
/** Hundreds of runs of the command, on machines with few cores. */
const TIMEOUT_MS = 300_000
const TAGS = ['1.2.3', 'latest']
/** Most of a broken run is a wait before a request is tried again. */
const AT_ONCE = 12

const workspace = new Workspace()
const startRegistry = useRegistryServers()
const registries: string[] = []
const charts: { name: string; archive: string }[] = []
const digests = new Map<string | null, string | null>()
let requests = 0

beforeAll(async () => {
  await workspace.open()
  for (const kind of KINDS) registries.push((await startRegistry(kind, workspace)).host)
  for (const name of ['first', 'second']) {
    await workspace.write(name, chartFiles({ name }))
    const packed = { chart: name, folder: 'packed' }
    charts.push({ name, archive: await packageWith(toolPath('helm'), workspace, packed) })
  }
  await withRehearsal('whole/0', learn)
})

afterAll(() => workspace.close())

/**
 * What was done and not heard of leaves every state that a registry can be left in, so that is tried at every
 * request; the others come to the same by another way.
 */
const STEPS: readonly [Manner, number][] = [
  ['unanswered', 1],
  ['unsent', 7],
  ['refused', 7]
]

test.each(STEPS)(
  'when a request is %s, and none follows, tags are absent or right, and the next run finishes (every %i.)',
  async (manner, step) => {
    const all = Array.from({ length: requests }, (_, index) => index + 1)
    const tried = all.filter((from) => from % step === 0)
    await mapConcurrent(
      tried,
      { concurrency: AT_ONCE, logger: new RecordingLogger() },
      async (from) => {
        await rehearse(`${manner}/${from}`, { from, manner })
      }
    )
  },
  TIMEOUT_MS
)

test('a run that is killed at any step is finished by the next', async () => {
  for (const from of [2, 9, 16, 23, 30, requests - 1]) {
    const path = `killed/${from}`
    await withRehearsal(path, async (rehearsal) => {
      const killed = await rehearsal.killAt(from)
      expect([path, killed.code, killed.results]).toEqual([path, null, []])
      await finish(path, rehearsal, killed)
    })
  }
})

test('a chart that cannot be packed, of many, leaves nothing in any registry', async () => {
  const { bad, ...good } = {
    bad: { 'Chart.yaml': 'apiVersion: v2\nname: bad\n' },
    first: 1,
    second: 1
  }
  await workspace.write('bad', bad)
  const targets = registries.map((host) => `${host}/unfit`)
  const { code, results } = await release(workspace, targets, [...Object.keys(good), 'bad'])
  expect(code).toBe(4)
  expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['not-attempted', 'failed']))
  for (const target of targets) {
    const [host] = target.split('/')
    const catalog = await fetch(`http://${host}/v2/unfit/first/tags/list`)
    expect(await catalog.text()).not.toContain('1.2.3')
  }
})

/** Learns from a release that nothing breaks off: how many requests it takes, and the digests of the charts. */
async function learn(rehearsal: Rehearsal): Promise<void> {
  const whole = await rehearsal.release()
  expect([whole.code, statuses(whole)]).toEqual([0, Array(4).fill('published').join(' ')])
  for (const { name, digest } of whole.results) digests.set(name, digest)
  expectRight(await rehearsal.tags())
  requests = rehearsal.traffic.requests
}

/** Breaks a release off, releases again, and looks at what the registries show after each. */
async function rehearse(path: string, outage: Outage): Promise<void> {
  await withRehearsal(path, async (rehearsal) => {
    const broken = await rehearsal.release(outage)
    expect([path, broken.code]).toEqual([path, 6])
    await finish(path, rehearsal, broken)
  })
}

/** Releases again after a run that was broken off, and looks at what the registries show before and after. */
async function finish(path: string, rehearsal: Rehearsal, broken: Released): Promise<void> {
  const between = await rehearsal.tags()
  const absent = between.filter(({ digest }) => digest === undefined)
  expectRight(between.filter((shown) => !absent.includes(shown)))
  const finished = await rehearsal.release()
  expect([path, finished.code, ...repeated(broken, finished)]).toEqual([path, 0])
  expectRight(await rehearsal.tags())
  expect([path, rehearsal.written.length]).toEqual([path, absent.length])
}

/** Publications of the second run that the first had published, and that are not said to be unchanged. */
function repeated(broken: Released, finished: Released): readonly PublicationJson[] {
  return finished.results.filter(({ status }, index) => {
    return broken.results[index]?.status === 'published' && status !== 'unchanged'
  })
}

function expectRight(tags: readonly ShownTag[]): void {
  const right = tags.map((shown) => ({ ...shown, digest: digests.get(shown.name), isWhole: true }))
  expect(tags).toEqual(right)
}

/** At two of the registries: which, goes by the number at the end of the path. */
async function withRehearsal(
  path: string,
  body: (rehearsal: Rehearsal) => Promise<void>
): Promise<void> {
  const left = Number(path.split('/').at(-1)) % registries.length
  const pair = registries.filter((_, index) => index !== left)
  const rehearsal = new Rehearsal({ workspace, registries: pair, path, charts, tags: TAGS })
  await rehearsal.open()
  try {
    await body(rehearsal)
  } finally {
    await rehearsal.close()
  }
}
