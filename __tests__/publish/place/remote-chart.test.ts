import { expect, test } from '@jest/globals'
import { blobOf } from '../../../src/oci/spec/blob.ts'
import {
  CHART_TYPE,
  CONFIG_TYPE,
  PROVENANCE_TYPE
} from '../../../src/publish/artifact/media-types.ts'
import { fetchArtifact, remoteChart } from '../../../src/publish/place/remote-chart.ts'
import { descriptorOf, manifestOf, referenceIn, useClients } from '../../helpers/clients.ts'
import { useRegistries } from '../../helpers/servers.ts'

const startRegistry = useRegistries()
const makeClient = useClients()

const CHART = blobOf(CHART_TYPE, Buffer.from('chart'))
const PROVENANCE = blobOf(PROVENANCE_TYPE, Buffer.from('provenance'))
const OTHER = blobOf('text/plain', Buffer.from('other'))

/** The artifact with these layers, fetched from a registry that has all of it; and what was asked for. */
async function fetched(layers: readonly ReturnType<typeof blobOf>[]) {
  const registry = await startRegistry()
  const config = blobOf(CONFIG_TYPE, Buffer.from('{}'))
  const { bytes, mediaType: type } = manifestOf({
    schemaVersion: 2,
    config: descriptorOf(config),
    layers: layers.map(descriptorOf)
  })
  for (const blob of [config, ...layers]) registry.store.setBlob(blob.bytes)
  registry.store.setManifest('team/demo', '1.0.0', { type, bytes })
  const { client } = makeClient(registry)
  const reference = referenceIn(registry)
  const answer = await client.getManifest(reference)
  const remote = answer.kind === 'found' ? remoteChart(answer) : undefined
  if (!remote) throw new Error('there is no chart')
  const artifact = await fetchArtifact(client, reference.repository, remote)
  return { artifact, blobs: registry.requests.filter(({ url }) => url.includes('/blobs/')) }
}

test('a chart is fetched with its provenance', async () => {
  const { artifact } = await fetched([CHART, PROVENANCE])
  expect(artifact?.chart).toEqual(CHART)
  expect(artifact?.layers).toEqual([CHART, PROVENANCE])
})

test('a chart with more layers than Helm writes is not fetched, nor any of them', async () => {
  const { artifact, blobs } = await fetched([CHART, PROVENANCE, OTHER])
  expect(artifact).toBeUndefined()
  expect(blobs).toEqual([])
})
