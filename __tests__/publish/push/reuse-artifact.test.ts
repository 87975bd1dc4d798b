import { describe, expect, test } from '@jest/globals'
import { PROVENANCE_TYPE } from '../../../src/artifact/media-types.ts'
import type { PackedChart } from '../../../src/artifact/packed-chart.ts'
import { blobOf } from '../../../src/oci/spec/blob.ts'
import { packedChart } from '../../support/charts/packed-chart.ts'
import {
  type PublishTestOptions,
  publishTo,
  putChart
} from '../../support/charts/published-chart.ts'
import { descriptorOf, manifestOf } from '../../support/registry/clients.ts'
import { useRegistries } from '../../support/registry/servers.ts'
import { FakeStatements } from '../../support/sigstore/fake-statements.ts'

const startRegistry = useRegistries()

/** Publishes to a registry without the chart, beside one that has `theirs`. Returns the digest that the first one got. */
async function publishBeside(
  theirs: PackedChart,
  ours: PackedChart,
  options: PublishTestOptions = {}
) {
  const [lacks, has] = [await startRegistry(), await startRegistry()]
  putChart(has, theirs)
  const { publications, lines } = await publishTo([lacks, has], ours, options)
  const [first, second] = publications
  expect([first?.status, second?.status]).toEqual(['published', 'unchanged'])
  const signatures = publications.map(({ signature }) => signature)
  return { digest: first?.digest ?? null, signatures, log: lines.join('\n') }
}

test('a genuine archive of one registry is given to the others', async () => {
  const theirs = packedChart({ mtime: 2 })
  const { digest } = await publishBeside(theirs, packedChart())
  expect(digest).toBe(theirs.artifact.manifest.digest)
})

test('an archive that helm did not make is not, where ours has to be genuine', async () => {
  const [theirs, ours] = [packedChart({ isGenuine: false }), packedChart()]
  const { digest, log } = await publishBeside(theirs, ours)
  expect(digest).toBe(ours.artifact.manifest.digest)
  expect(log).toContain('is not used for the other registries: The archive was not packed by')
})

test('an archive that helm did not make is, where any may be published', async () => {
  const theirs = packedChart({ isGenuine: false })
  const { digest } = await publishBeside(theirs, packedChart(), { requireGenuine: false })
  expect(digest).toBe(theirs.artifact.manifest.digest)
})

test('an archive with the provenance of another one is not', async () => {
  const signed = (packed: PackedChart, text: string): PackedChart => {
    const { artifact } = packed
    const provenance = blobOf(PROVENANCE_TYPE, Buffer.from(text))
    const body = JSON.parse(String(artifact.manifest.bytes))
    const layers = [artifact.chart, provenance]
    const manifest = manifestOf({ ...body, layers: layers.map(descriptorOf) })
    return { ...packed, artifact: { ...artifact, layers, manifest } }
  }
  const other = packedChart({ mtime: 2 })
  const ours = signed(packedChart(), packedChart().artifact.chart.digest)
  const good = await publishBeside(signed(other, other.artifact.chart.digest), ours)
  expect(good.digest).not.toBe(ours.artifact.manifest.digest)
  const bad = await publishBeside(signed(other, 'sha256:of another'), ours)
  expect(bad.digest).toBe(ours.artifact.manifest.digest)
})

describe('an artifact whose manifest another tool wrote, with the same content,', () => {
  const other = packedChart({ mtime: 2 })
  const body = JSON.parse(String(other.artifact.manifest.bytes))
  const manifest = manifestOf(Object.fromEntries(Object.entries(body).toReversed()))
  const theirs = { ...other, artifact: { ...other.artifact, manifest } }

  test('is given to the others', async () => {
    const { digest } = await publishBeside(theirs, packedChart())
    expect(digest).toBe(manifest.digest)
  })

  test('is not where it would have to be signed: no version is tagged without its signature', async () => {
    const statements = new FakeStatements('signature')
    const ours = packedChart()
    const { digest, signatures } = await publishBeside(theirs, ours, { statements })
    expect(digest).toBe(ours.artifact.manifest.digest)
    expect(signatures).toEqual(['signed', 'absent'])
  })
})
