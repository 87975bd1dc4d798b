import { expect, test } from '@jest/globals'
import { CHART_TYPE, CONFIG_TYPE } from '../../../src/artifact/media-types.ts'
import { blobOf } from '../../../src/oci/spec/blob.ts'
import { isEquivalentArtifact } from '../../../src/publish/push/compare-charts.ts'

interface Parts {
  readonly config?: string
  readonly chart?: string
  readonly more?: Readonly<Record<string, unknown>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly layers?: readonly object[]
}

function artifact({ config = '{}', chart = 'a', more, annotations, layers = [] }: Parts = {}) {
  const configBlob = blobOf(CONFIG_TYPE, Buffer.from(config))
  const { bytes, ...chartLayer } = blobOf(CHART_TYPE, Buffer.from(chart))
  const manifest = {
    schemaVersion: 2,
    layers: [chartLayer, ...layers],
    annotations: { title: 'demo', ...annotations },
    ...more
  }
  const chartBlob = { ...chartLayer, bytes }
  return {
    config: configBlob,
    chart: chartBlob,
    layers: [chartBlob],
    manifest: blobOf('any', Buffer.from(JSON.stringify(manifest)))
  }
}

const created = (time: string) => ({ 'org.opencontainers.image.created': time })

test('another archive and another time are the same chart packed otherwise', () => {
  const one = artifact({ chart: 'a', annotations: created('2026-01-01T00:00:00Z') })
  const other = artifact({ chart: 'bb', annotations: created('2026-01-02T00:00:00Z') })
  expect(isEquivalentArtifact(one, other)).toBe(true)
})

test('the order of annotations says nothing', () => {
  const one = artifact({ annotations: { a: '1', b: '2' } })
  expect(isEquivalentArtifact(one, artifact({ annotations: { b: '2', a: '1' } }))).toBe(true)
})

test.each<readonly [string, Parts]>([
  ['another config', { config: '{"name":"evil"}' }],
  ['another annotation', { annotations: { 'org.opencontainers.image.source': 'https://x' } }],
  ['another value of an annotation', { annotations: { title: 'evil' } }],
  ['one more layer', { layers: [{ mediaType: 'text/plain', digest: 'sha256:0', size: 1 }] }],
  ['a subject', { more: { subject: { digest: 'sha256:0' } } }],
  ['an artifactType', { more: { artifactType: 'application/x' } }]
])('%s is more than packing', (_, parts) => {
  expect(isEquivalentArtifact(artifact(), artifact(parts))).toBe(false)
})
