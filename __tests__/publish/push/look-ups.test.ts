import { describe, expect, test } from '@jest/globals'
import type { Credential } from '../../../src/oci/auth/credential.ts'
import { RegistryPool } from '../../../src/oci/registry-pool.ts'
import { LookUps } from '../../../src/publish/push/look-ups.ts'
import { SecretRegistry } from '../../../src/shared/secret-registry.ts'
import { RecordingLogger } from '../../support/log.ts'
import type { TestRegistry } from '../../support/registry/registry.ts'
import { useRegistries } from '../../support/registry/servers.ts'

const LOGIN = { username: 'ci', password: 'a-password-of-tests' } as const
const startRegistry = useRegistries()

/** Looks a version up that is absent. Returns what the registry got until the end. */
async function lookUp(
  registry: TestRegistry,
  { opensUploads, hasLogin }: { readonly opensUploads: boolean; readonly hasLogin: boolean }
): Promise<readonly string[]> {
  const secrets = new SecretRegistry(() => undefined)
  const credential: Credential = {
    kind: 'login',
    username: LOGIN.username,
    password: secrets.register(LOGIN.password)
  }
  const access = {
    credential: hasLogin ? credential : undefined,
    registryAuth: undefined,
    registryConfig: undefined,
    plainHttpHosts: [registry.host],
    tokenHosts: [],
    ca: undefined,
    clientCertificates: new Map(),
    unverifiedHosts: [],
    timeoutMs: 10_000,
    concurrency: 8,
    notices: [],
    warnings: []
  }
  const { signal } = new AbortController()
  const logger = new RecordingLogger()
  const context = { environment: {}, homeFolder: undefined, secrets, logger, signal }
  const clients = new RegistryPool(access, context, 'pull,push')
  const repository = { host: registry.host, name: 'charts/demo' }
  const lookUps = new LookUps({ clients, concurrency: 8, opensUploads })
  const target = { host: registry.host, path: 'charts' }
  const { state } = lookUps.of({ target, reference: { repository, tag: '1.0.0' } })
  expect(await state).toMatchObject({ value: { kind: 'absent' } })
  await clients.close()
  return registry.log.filter((line) => !line.startsWith('DELETE'))
}

const GET = expect.stringMatching(/^GET \/v2\/charts\/demo\/manifests\/1\.0\.0/)
const POST = expect.stringMatching(/^POST \/v2\/charts\/demo\/blobs\/uploads\//)
const TOKEN = expect.stringMatching(/^(?:GET|POST) \/token/)

describe('sessions for uploads are opened beside the look-up of a version', () => {
  test('at once where there is no login', async () => {
    const registry = await startRegistry()
    registry.delayMs = 50
    const log = await lookUp(registry, { opensUploads: true, hasLogin: false })
    expect(log.slice(0, 3)).toEqual(expect.arrayContaining([GET, POST, POST]))
  })

  test.each(['basic', 'bearer'] as const)(
    'when the login is known where there is one: only one request of %s is refused for lack of it',
    async (kind) => {
      const registry = await startRegistry({ auth: { kind, ...LOGIN } })
      registry.delayMs = 50
      const log = await lookUp(registry, { opensUploads: true, hasLogin: true })
      const asked = log.filter((line) => !line.includes('/token'))
      expect(asked.slice(0, 4)).toEqual([GET, ...asked.slice(1, 4)])
      expect(asked.slice(1, 4)).toEqual(expect.arrayContaining([GET, POST, POST]))
      expect(log.filter((line) => line.includes('/token'))).toEqual(kind === 'basic' ? [] : [TOKEN])
    }
  )

  test('only when that is asked for', async () => {
    const registry = await startRegistry()
    expect(await lookUp(registry, { opensUploads: false, hasLogin: false })).toEqual([GET])
  })
})
