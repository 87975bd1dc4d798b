import { setTimeout as sleep } from 'node:timers/promises'
import { expect, jest, test } from '@jest/globals'
import { PROVENANCE_TYPE } from '../../../src/artifact/media-types.ts'
import type { WantedBlob } from '../../../src/oci/download.ts'
import { blobOf } from '../../../src/oci/spec/blob.ts'
import { missingBlobs } from '../../../src/publish/push/blob-check.ts'
import { referenceIn, useClients } from '../../support/registry/clients.ts'
import { useRegistries } from '../../support/registry/servers.ts'

const startRegistry = useRegistries()
const makeClient = useClients()

const blobs = ['one', 'two', 'three'].map((text) => blobOf(PROVENANCE_TYPE, Buffer.from(text)))

/** A registry that has `blobs`, but says of none that it has it. */
async function registryWithoutHead() {
  const registry = await startRegistry()
  for (const { bytes } of blobs) registry.store.setBlob(bytes)
  registry.fault = ({ method }) => (method === 'HEAD' ? { status: 404 } : undefined)
  const { client } = makeClient(registry)
  const { repository } = referenceIn(registry)
  return { registry, client, repository }
}

/** Those of `wanted` that are missing there. */
async function missingIn(wanted: readonly WantedBlob[]) {
  const { registry, client, repository } = await registryWithoutHead()
  const { signal } = new AbortController()
  const options = { client, repository, signal, pausesMs: [1] }
  const missing = await missingBlobs(wanted, options)
  return { missing, gets: registry.requests.filter(({ method }) => method === 'GET') }
}

test('a blob of which a HEAD knows nothing is read', async () => {
  const { missing, gets } = await missingIn(blobs)
  expect(missing).toEqual([])
  expect(gets).toHaveLength(blobs.length)
})

test('a blob that its manifest calls larger than any part of a chart is missing, and not read', async () => {
  const huge = blobs.map(({ digest }) => ({ digest, size: Number.MAX_SAFE_INTEGER }))
  const { missing, gets } = await missingIn(huge)
  expect(missing).toEqual(huge)
  expect(gets).toEqual([])
})

test('of blobs that are to be read, one is read at a time', async () => {
  const { client, repository } = await registryWithoutHead()
  let [open, most] = [0, 0]
  jest.spyOn(client, 'getBlob').mockImplementation(async () => {
    open += 1
    most = Math.max(most, open)
    await sleep(5)
    open -= 1
    return { kind: 'absent' }
  })
  const { signal } = new AbortController()
  await missingBlobs(blobs, { client, repository, signal, pausesMs: [] })
  expect(most).toBe(1)
})
