import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import { buildArtifact } from '../../../src/artifact/artifact.ts'
import { readArchive } from '../../../src/chart/archive.ts'
import { RegistryPool } from '../../../src/oci/registry-pool.ts'
import { planCharts, planPublications, type ReadyChart } from '../../../src/publish/model/plan.ts'
import type { Publication } from '../../../src/publish/model/publication.ts'
import { publicationJson } from '../../../src/publish/model/publication-json.ts'
import { NO_STATEMENTS } from '../../../src/publish/model/statements.ts'
import { LookUps } from '../../../src/publish/push/look-ups.ts'
import { ManifestOrder } from '../../../src/publish/push/manifest-order.ts'
import { publishChart } from '../../../src/publish/push/publish-chart.ts'
import { TargetTurns } from '../../../src/publish/push/target-turns.ts'
import { Failure } from '../../../src/shared/failure.ts'
import { SecretRegistry } from '../../../src/shared/secret-registry.ts'
import { SecretSearch } from '../../../src/shared/secret-search.ts'
import { archiveOf } from '../../support/charts/archives.ts'
import { storeChart } from '../../support/charts/stored-chart.ts'
import { RecordingLogger } from '../../support/log.ts'
import type { TestRegistry } from '../../support/registry/registry.ts'
import { useRegistries } from '../../support/registry/servers.ts'

const ARCHIVE = archiveOf({ name: 'demo/a', mtime: 1 })
/** The same files with another time, so another digest. */
const PACKED_OTHERWISE = archiveOf({ name: 'demo/a', mtime: 2 })
const startRegistry = useRegistries()

function readyChart(): ReadyChart {
  const { archive } = readArchive(ARCHIVE)
  if (!archive) throw new Error('the archive cannot be read')
  const artifact = buildArtifact(archive, { created: '2024-01-02T03:04:05Z' })
  const packed = {
    path: 'demo.tgz',
    given: undefined,
    archive,
    artifact,
    toRepeat: undefined,
    warnings: [],
    searched: new SecretSearch([])
  }
  const { name, version } = archive.metadata
  const source = { kind: 'directory', path: 'demo' } as const
  return { source, name, version, packed, needs: [], seconds: 0 }
}

/** Publishes the chart to `charts` of the registries. */
async function publish(
  registries: readonly TestRegistry[],
  patienceMs: number,
  { signal } = new AbortController()
): Promise<readonly Publication[]> {
  const logger = new RecordingLogger()
  const context = {
    environment: {},
    homeFolder: '/nowhere',
    secrets: new SecretRegistry(() => undefined),
    logger,
    signal
  }
  const request = {
    credential: undefined,
    registryAuth: undefined,
    registryConfig: undefined,
    plainHttpHosts: registries.map(({ host }) => host),
    tokenHosts: [],
    ca: undefined,
    clientCertificates: new Map(),
    unverifiedHosts: [],
    timeoutMs: 60_000,
    concurrency: 4,
    notices: [],
    warnings: []
  }
  const clients = new RegistryPool(request, context, 'pull,push')
  const turns = new TargetTurns(4, patienceMs)
  const chart = readyChart()
  const targets = registries.map(({ host }) => ({ host, path: 'charts' }))
  const planned = planPublications(planCharts([chart], []), targets)
  const options = {
    clients,
    allValid: { isConfirmed: true, wait: async () => undefined },
    lookUps: new LookUps({ clients, concurrency: 4, opensUploads: false }),
    turns,
    order: new ManifestOrder(),
    artifactHub: { of: async () => undefined },
    anonymous: undefined,
    statements: NO_STATEMENTS,
    annotations: new Map<string, string>(),
    ifExists: 'fail',
    requireGenuine: false,
    dryRun: false,
    lacksSecrets: false,
    destination: undefined,
    secrets: context.secrets,
    signal,
    logger
  } as const
  try {
    return await publishChart(chart, planned, options)
  } finally {
    await clients.close()
  }
}

const statuses = (publications: readonly Publication[]) => publications.map(({ status }) => status)
const digests = (publications: readonly Publication[]) =>
  publications.map((publication) => publicationJson(publication).digest)
const tagOf = ({ store }: TestRegistry) => store.manifest('charts/demo', '1.2.3')

/** Publishes until the last of the registries has the tag, while another one hangs; then ends the run. */
async function publishBeside(
  registries: readonly TestRegistry[],
  patienceMs: number
): Promise<readonly Publication[]> {
  const controller = new AbortController()
  const published = publish(registries, patienceMs, controller)
  const last = registries.at(-1)
  while (last && tagOf(last) === undefined) await sleep(10)
  // It has yet to be read back.
  await sleep(200)
  controller.abort(new Failure('sigint', { message: 'Interrupted.', fix: 'Run it again.' }))
  return published
}

describe('a target that hangs', () => {
  test('delays no other beyond the patience with it', async () => {
    const [hangs, good] = [await startRegistry({ fault: () => 'hang' }), await startRegistry()]
    const publications = await publishBeside([hangs, good], 50)
    expect(statuses(publications)).toEqual(['failed', 'published'])
  })

  test('is not waited for where the very artifact of this run is found elsewhere', async () => {
    const [hangs, same, good] = [
      await startRegistry({ fault: () => 'hang' }),
      await startRegistry(),
      await startRegistry()
    ]
    const { digest } = (await storeChart(same, 'charts/demo:1.2.3', ARCHIVE)).manifest
    const publications = await publishBeside([hangs, same, good], 60_000)
    expect(statuses(publications)).toEqual(['failed', 'unchanged', 'published'])
    expect(digests(publications)).toEqual([null, digest, digest])
  })
})

describe('the same content, packed otherwise, at a target that is slow', () => {
  async function start(delayMs: number) {
    const [slow, good] = [await startRegistry(), await startRegistry()]
    const { digest } = (await storeChart(slow, 'charts/demo:1.2.3', PACKED_OTHERWISE)).manifest
    slow.delayMs = delayMs
    return { slow, good, digest }
  }

  test('goes to the others, when they have the patience', async () => {
    const { slow, good, digest } = await start(100)
    const publications = await publish([slow, good], 10_000)
    expect(statuses(publications)).toEqual(['unchanged', 'published'])
    expect(digests(publications)).toEqual([digest, digest])
  })

  test('does not, when they have not; both digests are reported', async () => {
    const { slow, good, digest } = await start(500)
    const publications = await publish([slow, good], 10)
    expect(statuses(publications)).toEqual(['unchanged', 'published'])
    expect(digests(publications)).toEqual([digest, expect.not.stringContaining(digest)])
    expect(publications[1]?.warnings.join()).toContain('the digests are not')
  })
})

test('a target that comes late gets what the others got', async () => {
  const [late, has, good] = [await startRegistry(), await startRegistry(), await startRegistry()]
  const { digest } = (await storeChart(has, 'charts/demo:1.2.3', PACKED_OTHERWISE)).manifest
  late.delayMs = 300
  const publications = await publish([late, has, good], 50)
  expect(statuses(publications)).toEqual(['published', 'unchanged', 'published'])
  expect(digests(publications)).toEqual([digest, digest, digest])
})
