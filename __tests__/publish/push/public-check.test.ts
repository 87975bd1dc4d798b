import { afterEach, describe, expect, test } from '@jest/globals'
import { RegistryClient } from '../../../src/oci/client.ts'
import type { Publication } from '../../../src/publish/model/publication.ts'
import { checkedPublic, requirePublic } from '../../../src/publish/push/public-check.ts'
import { publicPackageFix } from '../../../src/publish/push/public-package.ts'
import { Failure } from '../../../src/shared/failure.ts'
import { SecretRegistry } from '../../../src/shared/secret-registry.ts'
import { storeChart } from '../../support/charts/stored-chart.ts'
import { RecordingLogger } from '../../support/log.ts'
import type { TestRegistry } from '../../support/registry/registry.ts'
import { errorAnswer } from '../../support/registry/registry-store.ts'
import { useRegistries } from '../../support/registry/servers.ts'

const startRegistry = useRegistries()
const PAUSES = [1, 1]
const open: RegistryClient[] = []

afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.close()))
})

/** Asks without a login, and does not wait between attempts. */
function stranger({ host }: TestRegistry) {
  const client = new RegistryClient({
    host,
    plainHttp: true,
    credential: undefined,
    access: 'pull',
    userAgent: 'test',
    secrets: new SecretRegistry(() => undefined),
    logger: new RecordingLogger(),
    signal: new AbortController().signal,
    retry: { sleep: async () => undefined }
  })
  open.push(client)
  return { with: <T>(_: unknown, body: (one: RegistryClient) => Promise<T>) => body(client) }
}

async function published(registry: TestRegistry) {
  const { manifest, chart } = await storeChart(registry, 'charts/demo:1.2.3')
  const repository = { host: registry.host, name: 'charts/demo' }
  return {
    reference: { repository, tag: '1.2.3' },
    digest: manifest.digest,
    chartDigest: chart.digest,
    size: chart.size
  }
}

const failureOf = (work: Promise<unknown>): Promise<Failure> =>
  work.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: unknown) => (error instanceof Failure ? error : Promise.reject(error))
  )

describe('what was published', () => {
  test('is public where a stranger gets manifest, tag and archive', async () => {
    const registry = await startRegistry()
    const chart = await published(registry)
    await requirePublic(chart, stranger(registry), PAUSES)
    expect(registry.requests.some(({ headers }) => headers.authorization !== undefined)).toBe(false)
    expect(registry.log).toEqual([
      expect.stringMatching(/^GET \/v2\/charts\/demo\/manifests\/sha256:/),
      'GET /v2/charts/demo/manifests/1.2.3',
      expect.stringMatching(/^HEAD \/v2\/charts\/demo\/blobs\/sha256:/)
    ])
  })

  test('is not where a login is wanted, which is asked for again before it counts', async () => {
    const registry = await startRegistry({
      auth: { kind: 'basic', username: 'ci', password: 'correct horse' }
    })
    const chart = await published(registry)
    const failure = await failureOf(requirePublic(chart, stranger(registry), PAUSES))
    expect(failure.kind).toBe('auth')
    expect(failure.message).toContain(
      '/charts/demo:1.2.3 was published, but not everybody can pull'
    )
    expect(failure.fix).toContain('Let everybody read')
    const asked = registry.log.filter((line) => line.includes('/manifests/sha256:'))
    expect(asked.length).toBeGreaterThanOrEqual(PAUSES.length + 1)
  })

  test('is public also where the registry takes a moment to say so', async () => {
    const registry = await startRegistry()
    const chart = await published(registry)
    let refusals = 2
    registry.fault = () => {
      refusals -= 1
      return refusals >= 0 ? errorAnswer(403, 'DENIED', 'not yet') : undefined
    }
    await requirePublic(chart, stranger(registry), PAUSES)
  })

  test('is not public without its archive', async () => {
    const registry = await startRegistry()
    const chart = await published(registry)
    registry.fault = ({ method }) => (method === 'HEAD' ? { status: 404 } : undefined)
    const failure = await failureOf(requirePublic(chart, stranger(registry), PAUSES))
    expect(failure.message).toContain('shows the manifest, but not the archive sha256:')
  })

  test('is not asked for in a dry run, nor where nothing was published', async () => {
    const registry = await startRegistry()
    const { reference } = await published(registry)
    const options = { anonymous: stranger(registry), dryRun: true, logger: new RecordingLogger() }
    const failed: Publication = {
      chart: 'demo',
      target: 'host',
      warnings: [],
      seconds: 0,
      size: 1,
      status: 'failed',
      facts: undefined,
      place: undefined,
      error: new Error('x')
    }
    expect(await checkedPublic(failed, reference, { ...options, dryRun: false })).toBe(failed)
    expect(registry.log).toEqual([])
  })
})

test.each([
  [
    'ghcr.io',
    'acme/charts/demo',
    'https://github.com/users/acme/packages/container/charts%2Fdemo/settings'
  ],
  ['docker.io', 'acme/demo', 'https://hub.docker.com/repository/docker/acme/demo/settings'],
  ['quay.io', 'acme/demo', 'https://quay.io/repository/acme/demo?tab=settings'],
  ['registry.gitlab.com', 'acme/site/charts/demo', 'https://gitlab.com/acme/site/edit'],
  [
    'europe-docker.pkg.dev',
    'proj/repo/demo',
    'add-iam-policy-binding repo --location=europe --project=proj'
  ],
  ['123456789012.dkr.ecr.eu-central-1.amazonaws.com', 'demo', 'oci://public.ecr.aws/'],
  ['acme.azurecr.io', 'demo', 'az acr update --name acme --anonymous-pull-enabled'],
  ['registry.example.com', 'charts/demo', 'Let everybody read registry.example.com/charts/demo']
])('at %s the fix for %s names what makes it public', (host, name, text) => {
  expect(publicPackageFix({ host, name })).toContain(text)
})
