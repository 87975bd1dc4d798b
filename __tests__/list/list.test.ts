import { describe, expect, test } from '@jest/globals'
import { listVersions } from '../../src/list/list.ts'
import type { ListRequest } from '../../src/list/listing.ts'
import type { Every } from '../../src/shared/progress.ts'
import { SecretRegistry } from '../../src/shared/secret-registry.ts'
import { PROVENANCE_PREDICATE } from '../../src/sigstore/statement.ts'
import { gzipOf, tarOf } from '../support/charts/archives.ts'
import { OCI_MANIFEST, storeChart, storeManifest } from '../support/charts/stored-chart.ts'
import { handTicker } from '../support/hand-ticker.ts'
import { RecordingLogger } from '../support/log.ts'
import { useClients } from '../support/registry/clients.ts'
import type { TestRegistry } from '../support/registry/registry.ts'
import { errorAnswer } from '../support/registry/registry-store.ts'
import { useRegistries } from '../support/registry/servers.ts'
import { provenanceOf, SignedChart } from '../support/sigstore/signed-chart.ts'

const startRegistry = useRegistries()
const openClient = useClients()

function archive(version: string, more = '', name = 'demo'): Buffer {
  const body = `apiVersion: v2\nname: ${name}\nversion: ${version}\n${more}`
  return gzipOf(tarOf([{ name: 'demo/Chart.yaml', body }]))
}

async function list(registry: TestRegistry, more: Partial<ListRequest> = {}, every?: Every) {
  const logger = new RecordingLogger()
  const request: ListRequest = {
    repository: { host: registry.host, name: 'charts/demo' },
    limit: 50,
    credential: undefined,
    registryAuth: undefined,
    registryConfig: 'none',
    tokenHosts: [],
    ca: undefined,
    clientCertificates: new Map(),
    plainHttpHosts: [registry.host],
    unverifiedHosts: [],
    timeoutMs: 60_000,
    concurrency: 8,
    warnings: [],
    notices: [],
    ...more
  }
  const outcome = await listVersions(request, {
    environment: {},
    homeFolder: undefined,
    secrets: new SecretRegistry(() => undefined),
    logger,
    every,
    signal: new AbortController().signal
  })
  return { ...outcome, log: logger.lines }
}

test('a version has what the manifest and the config say, in few requests', async () => {
  const registry = await startRegistry()
  const text = archive('1.4.0', 'appVersion: "2.1"\n')
  const { manifest, chart } = await storeChart(registry, 'charts/demo:1.4.0', text)
  const { listing, errors, exitCode } = await list(registry)
  expect([errors, exitCode]).toEqual([[], 0])
  expect(listing).toEqual({
    versions: [
      {
        tag: '1.4.0',
        version: '1.4.0',
        digest: manifest.digest,
        created: '2024-01-02T03:04:05Z',
        size: chart.size,
        appVersion: '2.1',
        usable: true,
        problems: [],
        signatures: []
      }
    ],
    otherTags: [],
    total: { versions: 1, otherTags: 0 }
  })
  // The tags, the manifest, the config, whether there is an archive, and the two lists of what is attached.
  expect(registry.requests).toHaveLength(6)
  expect(registry.log.filter((line) => !/^(?:GET|HEAD) /.test(line))).toEqual([])
  expect(registry.log).toContain(`HEAD /v2/charts/demo/blobs/${chart.digest}`)
})

test('other tags are shown with the version that they point at, which is read once', async () => {
  const registry = await startRegistry()
  const { manifest } = await storeChart(registry, 'charts/demo:1.4.0', archive('1.4.0'))
  for (const tag of ['latest', 'v1.4.0', '1.4', 'sha256-x', 'artifacthub.io']) {
    registry.store.setManifest('charts/demo', tag, { type: OCI_MANIFEST, bytes: manifest.bytes })
  }
  const { listing, exitCode } = await list(registry)
  const { digest } = manifest
  expect(listing.versions).toMatchObject([{ tag: '1.4.0' }])
  expect(listing.otherTags).toMatchObject([
    { tag: '1.4', version: '1.4.0', digest, usable: true, problems: [] },
    { tag: 'latest', version: '1.4.0', digest, usable: true, problems: [] },
    { tag: 'v1.4.0', version: '1.4.0', digest, usable: true, problems: [] }
  ])
  expect(exitCode).toBe(0)
  expect(registry.log.filter((line) => line.includes('/blobs/'))).toHaveLength(2)
  for (const tag of ['sha256-x', 'artifacthub.io']) {
    expect(registry.log.filter((line) => line.endsWith(`/manifests/${tag}`))).toEqual([])
  }
})

describe('what is attached is counted, and not read', () => {
  async function signed(registry: TestRegistry, provenance?: Buffer): Promise<SignedChart> {
    return SignedChart.store(registry, openClient(registry).client, provenance)
  }

  test('bundles, by what the list of referrers says, and PGP provenance', async () => {
    const registry = await startRegistry()
    const chart = await signed(registry, await provenanceOf())
    await chart.attach(Buffer.from('{}'))
    await chart.attach(Buffer.from('{"a":1}'), PROVENANCE_PREDICATE)
    await chart.attach(Buffer.from('{"b":1}'), 'https://cyclonedx.org/bom')
    const before = registry.requests.length
    const { listing } = await list(registry)
    const kinds = listing.versions[0]?.signatures?.map(({ kind }) => kind)
    expect(kinds?.toSorted()).toEqual(['other', 'pgp', 'provenance', 'signature'])
    const pgp = chart.artifact.layers.find(({ mediaType }) => mediaType.endsWith('.prov'))
    expect(listing.versions[0]?.signatures).toContainEqual({
      kind: 'pgp',
      predicateType: null,
      digest: pgp?.digest
    })
    expect(registry.requests.length - before).toBe(6)
  })

  test('where the list does not say what a bundle states, its manifest is read', async () => {
    const registry = await startRegistry()
    const chart = await signed(registry)
    await chart.attach(Buffer.from('{}'), PROVENANCE_PREDICATE)
    const entries = chart.index.manifests.map(({ digest }) => ({
      ...{ digest, mediaType: OCI_MANIFEST, size: 9 },
      artifactType: 'application/vnd.oci.empty.v1+json'
    }))
    chart.setIndex(entries)
    expect((await list(registry)).listing.versions[0]?.signatures).toEqual([
      { kind: 'provenance', predicateType: PROVENANCE_PREDICATE, digest: entries[0]?.digest }
    ])
  })

  test('signatures of Notation and of cosign 1 and 2 count; lists of components do not', async () => {
    const registry = await startRegistry()
    const chart = await signed(registry)
    const [digest, other] = ['ab', 'cd'].map((byte) => `sha256:${byte.repeat(32)}`)
    chart.setIndex([
      { digest, artifactType: 'application/vnd.cncf.notary.signature' },
      { digest: other, artifactType: 'application/spdx+json' }
    ])
    for (const suffix of ['sig', 'att', 'sbom']) {
      const tag = `${chart.digest.replace(':', '-')}.${suffix}`
      storeManifest(registry, `charts/demo:${tag}`, { content: {} })
    }
    const { listing } = await list(registry)
    expect(listing.versions[0]?.signatures).toEqual([
      { kind: 'notation', predicateType: null, digest },
      { kind: 'cosign-tag', predicateType: null, digest: null },
      { kind: 'cosign-tag', predicateType: null, digest: null }
    ])
  })

  test('of more than fifty, the first fifty are counted, with a warning', async () => {
    const registry = await startRegistry()
    const chart = await signed(registry)
    const artifactType = 'application/vnd.cncf.notary.signature'
    chart.setIndex(
      Array.from({ length: 51 }, (_, index) => {
        return { digest: `sha256:${String(index).padStart(64, '0')}`, artifactType }
      })
    )
    const [version] = (await list(registry)).listing.versions
    expect(version?.signatures).toHaveLength(50)
    expect(version).toMatchObject({ usable: true, problems: [{ code: 'statements-unread' }] })
  })

  test('a list that cannot be read is a warning, and nobody says that there is nothing', async () => {
    const registry = await startRegistry()
    await signed(registry)
    registry.fault = ({ url }) => {
      return /referrers|manifests\/sha256-/.test(url) ? errorAnswer(403, 'DENIED', 'no') : undefined
    }
    const { listing, exitCode } = await list(registry)
    expect(exitCode).toBe(0)
    expect(listing.versions).toMatchObject([
      {
        usable: true,
        signatures: null,
        problems: [{ code: 'statement-unreadable', severity: 'warning' }]
      }
    ])
  })
})

describe('a version that Helm could not use is shown with the reason, and the exit code is 4', () => {
  async function listOne(prepare: (registry: TestRegistry) => unknown) {
    const registry = await startRegistry()
    await prepare(registry)
    const { listing, exitCode, errors } = await list(registry)
    expect(errors).toEqual([])
    return { exitCode, version: listing.versions[0] }
  }

  test.each([
    [
      'a container image',
      { config: { mediaType: 'application/vnd.oci.image.config.v1+json' } },
      'not-a-chart'
    ],
    ['a manifest of nothing', {}, 'config-type'],
    ['what is no manifest', [], 'manifest-malformed'],
    ['an index of images', { manifests: [{ platform: { os: 'linux' } }] }, 'not-a-chart']
  ])('%s', async (_, more, code) => {
    const descriptor = { digest: `sha256:${'ab'.repeat(32)}`, size: 2 }
    const { config, manifests } = { config: undefined, manifests: undefined, ...more }
    const content = Array.isArray(more)
      ? more
      : {
          schemaVersion: 2,
          ...(config && { config: { ...descriptor, ...config }, layers: [] }),
          ...(manifests && {
            manifests: manifests.map((one) => ({ ...descriptor, mediaType: OCI_MANIFEST, ...one }))
          })
        }
    const type = manifests ? 'application/vnd.oci.image.index.v1+json' : OCI_MANIFEST
    const { exitCode, version } = await listOne((registry) => {
      storeManifest(registry, 'charts/demo:1.0.0', { content, type })
    })
    expect(exitCode).toBe(4)
    expect(version?.usable).toBe(false)
    expect(version?.problems.map((problem) => problem.code)).toContain(code)
  })

  test('a chart whose archive is gone', async () => {
    const { exitCode, version } = await listOne(async (registry) => {
      const { chart } = await storeChart(registry, 'charts/demo:1.0.0', archive('1.0.0'))
      registry.fault = ({ url }) => {
        return url.endsWith(chart.digest) ? errorAnswer(404, 'BLOB_UNKNOWN', 'gone') : undefined
      }
    })
    expect(exitCode).toBe(4)
    expect(version).toMatchObject({ usable: false, problems: [{ code: 'blob-missing' }] })
  })

  test('a chart whose archive has another length', async () => {
    const { version } = await listOne(async (registry) => {
      const { chart } = await storeChart(registry, 'charts/demo:1.0.0', archive('1.0.0'))
      registry.store.setBlob(Buffer.from('other'), chart.digest)
    })
    expect(version).toMatchObject({ usable: false, problems: [{ code: 'blob-size' }] })
  })

  test('a chart whose config is no JSON', async () => {
    const { version } = await listOne(async (registry) => {
      const { config } = await storeChart(registry, 'charts/demo:1.0.0', archive('1.0.0'))
      registry.store.setBlob(Buffer.alloc(config.size, 'x'), config.digest)
    })
    expect(version).toMatchObject({ usable: false, problems: [{ code: 'blob-digest' }] })
  })

  test('a version whose tag leads nowhere', async () => {
    const { exitCode, version } = await listOne(async (registry) => {
      await storeChart(registry, 'charts/demo:1.0.0', archive('1.0.0'))
      registry.fault = ({ url }) => {
        return url.endsWith('/manifests/1.0.0')
          ? errorAnswer(404, 'MANIFEST_UNKNOWN', 'gone')
          : undefined
      }
    })
    expect(exitCode).toBe(4)
    expect(version).toMatchObject({
      digest: null,
      usable: false,
      problems: [{ code: 'manifest-missing' }]
    })
  })

  test('a chart of another name or version is usable, with a warning', async () => {
    const { exitCode, version } = await listOne(async (registry) => {
      await storeChart(registry, 'charts/demo:1.0.0', archive('1.0.1', '', 'other'))
    })
    expect(exitCode).toBe(0)
    const codes = version?.problems.map(({ code, severity }) => `${severity} ${code}`)
    expect(version?.usable).toBe(true)
    expect(codes).toEqual([
      'warning name-contradicts-repository',
      'warning tag-contradicts-version'
    ])
  })

  test('of an index of manifests nobody knows, `inspect` looks into it', async () => {
    const { exitCode, version } = await listOne(async (registry) => {
      const manifests = [{ mediaType: OCI_MANIFEST, digest: `sha256:${'ab'.repeat(32)}`, size: 2 }]
      storeManifest(registry, 'charts/demo:1.0.0', {
        content: { schemaVersion: 2, manifests },
        type: 'application/vnd.oci.image.index.v1+json'
      })
    })
    expect(exitCode).toBe(0)
    expect(version).toMatchObject({ usable: null, problems: [{ code: 'index' }] })
  })
})

test('what is not a time is not shown as one', async () => {
  const registry = await startRegistry()
  const { manifest } = await storeChart(registry, 'charts/demo:1.0.0', archive('1.0.0'))
  const content = JSON.parse(String(manifest.bytes))
  content.annotations['org.opencontainers.image.created'] = 'yesterday'
  storeManifest(registry, 'charts/demo:1.0.0', { content })
  expect((await list(registry)).listing.versions).toMatchObject([{ created: null, usable: true }])
})

test('a limit leaves out older versions and more tags, and says how many there are', async () => {
  const registry = await startRegistry()
  for (const version of ['1.0.0', '1.1.0', '1.2.0']) {
    await storeChart(registry, `charts/demo:${version}`, archive(version))
    await storeChart(registry, `charts/demo:v${version}`, archive(version))
  }
  const before = registry.requests.length
  const { listing } = await list(registry, { limit: 1 })
  expect(listing).toMatchObject({
    versions: [{ version: '1.2.0' }],
    otherTags: [{ tag: 'v1.0.0' }],
    total: { versions: 3, otherTags: 3 }
  })
  const asked = registry.log.slice(before).filter((line) => /manifests\/v?1\./.test(line))
  expect(asked).toHaveLength(2)
})

test('a long list says how far it is', async () => {
  const registry = await startRegistry()
  const { every, tick } = handTicker()
  for (const version of ['1.0.0', '1.1.0']) {
    await storeChart(registry, `charts/demo:${version}`, archive(version))
  }
  registry.fault = ({ url }) => {
    if (url.endsWith('/manifests/1.0.0')) tick()
    return undefined
  }
  const { log } = await list(registry, { concurrency: 1 }, every)
  expect(log).toContain(`info: list ${registry.host}/charts/demo: 1 of 2 tags read.`)
})

describe('errors', () => {
  test('a version that cannot be read does not keep the others from being shown', async () => {
    const registry = await startRegistry()
    for (const version of ['1.0.0', '1.1.0']) {
      await storeChart(registry, `charts/demo:${version}`, archive(version))
    }
    registry.fault = ({ url }) => {
      return url.endsWith('/manifests/1.1.0') ? { status: 401, body: 'no' } : undefined
    }
    const { listing, errors, exitCode } = await list(registry)
    expect(listing.versions).toMatchObject([
      { version: '1.1.0', digest: null, usable: null, problems: [{ code: 'manifest-unread' }] },
      { version: '1.0.0', usable: true }
    ])
    expect(errors).toHaveLength(1)
    expect(exitCode).toBe(5)
  })

  test('a repository that is not there is an error in the words of the registry', async () => {
    const registry = await startRegistry()
    await expect(list(registry)).rejects.toMatchObject({
      kind: 'auth',
      message: expect.stringContaining('repository name not known')
    })
  })

  test('one without tags has no versions', async () => {
    const registry = await startRegistry({
      fault: () => ({ status: 200, body: '{"name":"charts/demo","tags":null}' })
    })
    const { listing, exitCode } = await list(registry)
    expect(listing).toEqual({
      versions: [],
      otherTags: [],
      total: { versions: 0, otherTags: 0 }
    })
    expect(exitCode).toBe(0)
  })

  test('after a time-out the other versions are not attempted', async () => {
    const registry = await startRegistry()
    const versions = ['1.0.5', '1.0.4', '1.0.3', '1.0.2', '1.0.1', '1.0.0']
    for (const version of versions) {
      await storeChart(registry, `charts/demo:${version}`, archive(version))
    }
    registry.fault = ({ url }) => (url.includes('/manifests/') ? 'hang' : undefined)
    const { errors, exitCode, listing } = await list(registry, { timeoutMs: 300, concurrency: 1 })
    expect(exitCode).toBe(6)
    expect(errors).toHaveLength(1)
    expect(listing.versions.map(({ version }) => version)).toEqual(versions)
    expect(listing.versions.at(-1)).toMatchObject({
      usable: null,
      problems: [{ message: expect.stringContaining('Not attempted, because') }]
    })
    expect(registry.log.filter((line) => line.includes('/manifests/'))).toHaveLength(1)
  })
})
