import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { pushArtifact } from '../../src/oci/push.ts'
import { heapUsed } from '../support/canary/heap.ts'
import { FaultProxy } from '../support/faults/fault-proxy.ts'
import { artifactOf, referenceIn, testClient } from '../support/registry/clients.ts'
import { Workspace } from '../support/workspace.ts'
import { useRegistryServers } from './docker-registry.ts'

const PUSHES = 200
const AT_ONCE = 8
const WARM_UP = 40
/** Bytes; 160 pushes that each kept their artifact, session and answers would hold many times as much. */
const GROWTH = 4 * 1024 * 1024

const workspace = new Workspace()
const startRegistry = useRegistryServers()
let proxy: FaultProxy

beforeAll(async () => {
  await workspace.open()
  proxy = await FaultProxy.start()
  proxy.connect({ registry: (await startRegistry('distribution', workspace)).host })
})

afterAll(async () => {
  await proxy.stop()
  await workspace.close()
})

test('200 pushes, eight at a time: all right, over few connections, and no memory stays behind', async () => {
  const { client } = testClient(proxy)
  const layer = Buffer.alloc(64 * 1024)
  const push = async (index: number) => {
    const text = `${index} ${layer.toString('base64')}`
    await pushArtifact(artifactOf(text), { client, reference: referenceIn(proxy, `1.0.${index}`) })
  }
  await inParallel(WARM_UP, 0, push)
  proxy.plan()
  const before = await heapUsed()
  await inParallel(PUSHES - WARM_UP, WARM_UP, push)
  proxy.plan()
  expect((await heapUsed()) - before).toBeLessThan(GROWTH)
  expect(proxy.connections).toBeLessThanOrEqual(AT_ONCE)
  const tags = await client.listTags(referenceIn(proxy).repository)
  expect(tags).toHaveLength(PUSHES)
  for (let index = 0; index < PUSHES; index += 1) {
    const text = `${index} ${layer.toString('base64')}`
    const found = await client.getManifest(referenceIn(proxy, `1.0.${index}`))
    expect(found).toMatchObject({ digest: artifactOf(text).manifest.digest })
  }
  await client.close()
})

/** Numbers from `start` on, at most eight at a time. */
async function inParallel(
  count: number,
  start: number,
  work: (index: number) => Promise<void>
): Promise<void> {
  const left = Array.from({ length: count }, (_, index) => start + index)
  const worker = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await work(next)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}
