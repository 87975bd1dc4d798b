import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { chartFiles } from '../support/charts/charts.ts'
import {
  manifestsWritten,
  type Released,
  release,
  statuses,
  tagDigest
} from '../support/charts/releases.ts'
import { Traffic, WatchedProxy } from '../support/network/watched-proxy.ts'
import { Workspace } from '../support/workspace.ts'
import { useRegistryServers } from './docker-registry.ts'

/** Each is the first target once, and the second once. */
const PAIRS = [
  ['docker-registry', 'distribution'],
  ['distribution', 'olareg'],
  ['olareg', 'docker-registry']
] as const
const TAGS = ['--tags=latest', '--tags={{major}}.{{minor}}']

const workspace = new Workspace()
const startRegistry = useRegistryServers()

beforeAll(async () => {
  await workspace.open()
  await workspace.write('chart', chartFiles())
  await workspace.write('changed', { ...chartFiles(), 'values.yaml': 'replicas: 7\n' })
})

afterAll(() => workspace.close())

describe.each(PAIRS)('%s, and %s beside it', (kind, other) => {
  const traffic = new Traffic()
  let proxies: readonly WatchedProxy[]
  let targets: readonly string[]

  beforeAll(async () => {
    const registries = [await startRegistry(kind, workspace), await startRegistry(other, workspace)]
    proxies = await Promise.all(registries.map(({ host }) => WatchedProxy.start(host, traffic)))
    targets = proxies.map(({ host }) => `${host}/team`)
  })

  afterAll(async () => {
    await Promise.all(proxies.map((proxy) => proxy.stop()))
  })

  /** Publishes, and notes which tags were written. */
  async function publish(
    ...args: readonly string[]
  ): Promise<Released & { readonly tags: readonly string[] }> {
    traffic.restart()
    const released = await release(workspace, targets, args)
    const written = manifestsWritten(traffic.exchanges)
    return { ...released, tags: written.map((line) => line.replace(/^.*\/(\S+) .*$/, '$1')).sort() }
  }

  async function shown(tag: string): Promise<readonly (string | undefined)[]> {
    return Promise.all(targets.map((target) => tagDigest(`${target}/demo`, tag)))
  }

  test('a release is published once, and can be run again', async () => {
    const dry = await publish('chart', '--dry-run')
    expect([dry.code, statuses(dry), dry.tags]).toEqual([0, 'planned planned', []])
    const first = await publish('chart')
    expect([first.code, statuses(first), first.tags]).toEqual([
      0,
      'published published',
      ['1.2.3', '1.2.3']
    ])
    const again = await publish('chart')
    expect([again.code, statuses(again), again.tags]).toEqual([0, 'unchanged unchanged', []])
    const digests = [...first.results, ...again.results].map(({ digest }) => digest)
    expect(new Set([...digests, ...(await shown('1.2.3'))]).size).toBe(1)
  })

  test('extra tags are brought into step by a second run, and left by what is skipped', async () => {
    const [digest] = await shown('1.2.3')
    const tagged = await publish('chart', ...TAGS)
    expect([tagged.code, statuses(tagged), tagged.tags]).toEqual([
      0,
      'unchanged unchanged',
      ['1.2', '1.2', 'latest', 'latest']
    ])
    expect([...(await shown('latest')), ...(await shown('1.2'))]).toEqual(Array(4).fill(digest))
    const again = await publish('chart', ...TAGS)
    expect([again.code, again.tags]).toEqual([0, []])
    const skipped = await publish('changed', '--if-exists=skip', '--tags=other')
    expect([skipped.code, statuses(skipped), skipped.tags]).toEqual([0, 'skipped skipped', []])
    expect(skipped.results[0]?.digest).toBe(digest)
  })

  test('changed content is refused and touches nothing, until it is to replace what is there', async () => {
    const before = await shown('1.2.3')
    const refused = await publish('changed', ...TAGS)
    expect([refused.code, statuses(refused), refused.tags]).toEqual([7, 'failed failed', []])
    expect(refused.results[0]?.error?.message).toContain('changed: "values.yaml"')
    expect(await shown('1.2.3')).toEqual(before)
    const replaced = await publish('changed', '--if-exists=overwrite', ...TAGS)
    expect([replaced.code, statuses(replaced)]).toEqual([0, 'published published'])
    const { digest } = replaced.results[0] ?? {}
    expect([...(await shown('1.2.3')), ...(await shown('latest'))]).toEqual(Array(4).fill(digest))
  })

  test('a target that is down keeps no other from its chart; the next run finishes', async () => {
    const other = new Traffic()
    const [, second] = proxies
    const down = await WatchedProxy.start(second?.host ?? '', other)
    const [up = ''] = targets
    const both = [`${down.host}/team`, up]
    other.restart({ from: 1, manner: 'unsent' })
    const first = await release(workspace, both, ['chart', '--version=2.0.0', '--tags=latest'])
    expect([first.code, statuses(first)]).toEqual([6, 'failed published'])
    expect(first.results[0]?.error?.message).toContain(down.host)
    other.restart()
    const finished = await release(workspace, both, ['chart', '--version=2.0.0', '--tags=latest'])
    expect([finished.code, statuses(finished)]).toEqual([0, 'published unchanged'])
    expect(finished.results[0]?.digest).toBe(finished.results[1]?.digest)
    expect(new Set([...(await shown('2.0.0')), ...(await shown('latest'))]).size).toBe(1)
    await down.stop()
  })
})
