import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { chartFiles } from '../support/charts/charts.ts'
import { isWhole, type Released, release, tagDigest } from '../support/charts/releases.ts'
import { Workspace } from '../support/workspace.ts'
import { useRegistryServers } from './docker-registry.ts'

const CHARTS = Array.from({ length: 60 }, (_, index) => `chart-${String(index).padStart(2, '0')}`)

const workspace = new Workspace()
const startRegistry = useRegistryServers()
let targets: readonly string[]

beforeAll(async () => {
  await workspace.open()
  for (const name of CHARTS) {
    const files = chartFiles({ name, version: `1.${CHARTS.indexOf(name)}.0` })
    await workspace.write(`charts/${name}`, files)
  }
  const registries = [
    await startRegistry('docker-registry', workspace),
    await startRegistry('distribution', workspace)
  ]
  targets = registries.map(({ host }) => `${host}/mono/repo`)
})

afterAll(() => workspace.close())

test('60 charts go to 2 registries in one call: planned, published, and unchanged when it is run again', async () => {
  const planned = await releaseAll('--dry-run')
  expect(summaryOf(planned)).toEqual({ code: 0, planned: 120 })
  expect(await tagDigest(`${targets[0]}/chart-00`, '1.0.0')).toBeUndefined()

  const published = await releaseAll()
  expect(summaryOf(published)).toEqual({ code: 0, published: 120 })
  for (const [index, name] of CHARTS.entries()) {
    const both = published.results.slice(2 * index, 2 * index + 2)
    expect(both.map((one) => [one.name, one.target])).toEqual(targets.map((to) => [name, to]))
    const shown = targets.map((target) => tagDigest(`${target}/${name}`, `1.${index}.0`))
    expect(await Promise.all(shown)).toEqual([both[0]?.digest, both[0]?.digest])
    expect(both[1]?.digest).toBe(both[0]?.digest)
    expect(planned.results[2 * index]?.digest).toBe(both[0]?.digest)
  }
  expect(await isWhole(`${targets[1]}/chart-59`, '1.59.0')).toBe(true)

  const again = await releaseAll('--tags=latest', '--concurrency=8')
  expect(summaryOf(again)).toEqual({ code: 0, unchanged: 120 })
  expect(again.results.map(({ digest }) => digest)).toEqual(
    published.results.map(({ digest }) => digest)
  )
  expect(await tagDigest(`${targets[1]}/chart-07`, 'latest')).toBe(published.results[14]?.digest)
  expect(summaryOf(await releaseAll())).toEqual({ code: 0, unchanged: 120 })
})

async function releaseAll(...flags: readonly string[]): Promise<Released> {
  const released = await release(workspace, targets, ['charts/*', ...flags])
  const groups = [...released.stderr.matchAll(/^Push (\S+)/gm)].map(([, name]) => name)
  const isUnchanged = released.results.every(({ status }) => status === 'unchanged')
  expect(groups).toEqual(isUnchanged && flags.length === 0 ? [] : CHARTS)
  if (isUnchanged) expect(released.stderr.match(/^Unchanged: /gm)).toHaveLength(120)
  return released
}

/** The exit code, and how many publications came to what. */
function summaryOf({ code, results }: Released): Readonly<Record<string, number | null>> {
  const counts = new Map<string, number>()
  for (const { status } of results) counts.set(status, (counts.get(status) ?? 0) + 1)
  return { code, ...Object.fromEntries(counts) }
}
