import { expect, test } from '@jest/globals'
import {
  CHART_TYPE,
  CONFIG_TYPE,
  LEGACY_CHART_TYPE,
  PROVENANCE_TYPE
} from '../../../src/artifact/media-types.ts'
import { storedContent } from '../../../src/artifact/stored-content.ts'
import { blobOf } from '../../../src/oci/spec/blob.ts'
import { fetchArtifact, readRemoteArchive } from '../../../src/publish/push/remote-chart.ts'
import { archiveOf } from '../../support/charts/archives.ts'
import { first } from '../../support/faults/faults.ts'
import {
  descriptorOf,
  manifestOf,
  referenceIn,
  useClients
} from '../../support/registry/clients.ts'
import { errorAnswer } from '../../support/registry/registry-store.ts'
import { useRegistries } from '../../support/registry/servers.ts'

const startRegistry = useRegistries()
const makeClient = useClients()

const CHART = blobOf(CHART_TYPE, archiveOf())
const PROVENANCE = blobOf(PROVENANCE_TYPE, Buffer.from('provenance'))
const OTHER = blobOf('text/plain', Buffer.from('other'))

/** A registry that has a chart with these layers, and the chart as its manifest describes it. */
async function storedWith(layers: readonly ReturnType<typeof blobOf>[]) {
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
  const { repository, ...reference } = referenceIn(registry)
  const answer = await client.getManifest({ repository, ...reference })
  if (answer.kind !== 'found') throw new Error('there is no manifest')
  const content = storedContent(answer.bytes, answer.headers.contentType)
  if (content.kind !== 'chart') throw new Error('there is no chart')
  const remote = { ...content, manifest: answer }
  const blobs = () => registry.requests.filter(({ url }) => url.includes('/blobs/'))
  return { registry, client, repository, remote, blobs }
}

test('a chart is fetched with its provenance', async () => {
  const { client, repository, remote } = await storedWith([CHART, PROVENANCE])
  const artifact = await fetchArtifact(client, repository, remote)
  expect(artifact?.chart).toEqual(CHART)
  expect(artifact?.layers).toEqual([CHART, PROVENANCE])
})

test('a chart with the old type of its layer is one as well', async () => {
  const old = { ...CHART, mediaType: LEGACY_CHART_TYPE }
  const { client, repository, remote } = await storedWith([old])
  expect((await fetchArtifact(client, repository, remote))?.chart).toEqual(old)
})

test('a chart with more layers than Helm writes is not fetched, nor any of them', async () => {
  const { client, repository, remote, blobs } = await storedWith([CHART, PROVENANCE, OTHER])
  expect(await fetchArtifact(client, repository, remote)).toBeUndefined()
  expect(blobs()).toEqual([])
})

test('an archive that is absent once is asked for again, one that stays absent is missing', async () => {
  const { registry, client, repository, remote } = await storedWith([CHART])
  registry.fault = first(({ url }) => url.includes('/blobs/'), { status: 404 })
  const archive = await readRemoteArchive(client, repository, remote)
  expect(archive).toMatchObject({ kind: 'read', bytes: CHART.bytes })
  registry.fault = () => errorAnswer(404, 'BLOB_UNKNOWN', 'blob unknown')
  expect(await readRemoteArchive(client, repository, remote)).toEqual({ kind: 'missing' })
})

test('an archive with other bytes is missing, one beyond all limits is not read', async () => {
  const { registry, client, repository, remote } = await storedWith([CHART])
  registry.store.setBlob(Buffer.from('other'), CHART.digest)
  expect(await readRemoteArchive(client, repository, remote)).toEqual({ kind: 'missing' })
  const size = 300 * 1024 * 1024
  const huge = { ...remote, chart: { ...remote.chart, size } }
  expect(await readRemoteArchive(client, repository, huge)).toEqual({ kind: 'too-large' })
})
