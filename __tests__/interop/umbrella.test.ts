import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { toolPath } from '../../scripts/tools.mjs'
import { subchartsInArchive } from '../../src/chart/subcharts.ts'
import { chartFiles } from '../support/charts/charts.ts'
import { packageWith, release } from '../support/charts/releases.ts'
import { Workspace } from '../support/workspace.ts'
import { useRegistryServers } from './docker-registry.ts'

const SUBCHARTS = ['cache', 'database', 'worker']
/** Helm finds its subcharts in one order six times of eight (Go's maps have eight slots): a hundred alike do not happen. */
const MOST_PACKINGS = 100

const workspace = new Workspace()
const startRegistry = useRegistryServers()

beforeAll(async () => {
  await workspace.open()
  const extra = `dependencies:\n${SUBCHARTS.map((name) => `  - name: ${name}\n    version: 1.2.3\n`).join('')}`
  await workspace.write('umbrella', chartFiles({ name: 'umbrella', extra }))
  for (const name of SUBCHARTS) {
    await workspace.write(`umbrella/charts/${name}`, chartFiles({ name }))
  }
})

afterAll(() => workspace.close())

test.each(['docker-registry', 'distribution', 'olareg'] as const)(
  'an umbrella chart that helm packs to other bytes each time is unchanged: %s',
  async (kind) => {
    const { host } = await startRegistry(kind, workspace)
    const [one, other] = await differentPackings(kind)
    const first = await release(workspace, [`${host}/archives`], [one])
    const second = await release(workspace, [`${host}/archives`], [other])
    expect([first.code, first.results[0]?.status]).toEqual([0, 'published'])
    expect([second.code, second.results[0]?.status]).toEqual([0, 'unchanged'])
    expect(second.results[0]?.digest).toBe(first.results[0]?.digest)
    const directory = () => release(workspace, [`${host}/directories`], ['umbrella'])
    const [packed, again] = [await directory(), await directory()]
    expect([packed, again].map(({ results }) => results[0]?.status)).toEqual([
      'published',
      'unchanged'
    ])
    expect(again.results[0]?.digest).toBe(packed.results[0]?.digest)
    const asArchive = await release(workspace, [`${host}/directories`], [other])
    expect(asArchive.results).toMatchObject([
      { status: 'unchanged', digest: packed.results[0]?.digest }
    ])
  }
)

/** Two archives of the chart by Helm 3, with other bytes each. */
async function differentPackings(kind: string): Promise<readonly [string, string]> {
  const chart = 'umbrella'
  const pack = async (index: number) => {
    return packageWith(toolPath('helm3'), workspace, { chart, folder: `${kind}-${index}` })
  }
  const order = async (archive: string) => {
    return JSON.stringify(subchartsInArchive(await readFile(archive)))
  }
  const first = await pack(0)
  for (let index = 1; index < MOST_PACKINGS; index += 1) {
    const other = await pack(index)
    if ((await order(other)) !== (await order(first))) return [first, other]
  }
  throw new Error(`helm packed the chart ${MOST_PACKINGS} times in one order`)
}
