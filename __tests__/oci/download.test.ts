import { afterEach, describe, expect, test } from '@jest/globals'
import { RegistryClient } from '../../src/oci/client.ts'
import { redirectUrl } from '../../src/oci/location.ts'
import { blobOf } from '../../src/oci/spec/blob.ts'
import { SecretRegistry } from '../../src/shared/secret-registry.ts'
import { RecordingLogger } from '../support/log.ts'
import { noPauses } from '../support/registry/clients.ts'
import type { Fault, TestRegistry } from '../support/registry/registry.ts'
import { useRegistries } from '../support/registry/servers.ts'

const LOGIN = { kind: 'basic', username: 'ci', password: 'correct horse' } as const
const CONTENT = blobOf('application/x', Buffer.from('some content'))
const startRegistry = useRegistries()
const clients: RegistryClient[] = []

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()))
})

function download({ host }: TestRegistry, wanted = CONTENT) {
  const secrets = new SecretRegistry(() => undefined)
  const client = new RegistryClient({
    retry: noPauses(),
    host,
    plainHttp: true,
    credential: {
      kind: 'login',
      username: LOGIN.username,
      password: secrets.register(LOGIN.password)
    },
    userAgent: 'publish-helm-chart/test',
    secrets,
    logger: new RecordingLogger(),
    signal: new AbortController().signal
  })
  clients.push(client)
  return client.getBlob({ host, name: 'team/demo' }, wanted)
}

/** Sends every GET of a blob on to where `to` says; the path stays. */
function redirecting(to: (url: string) => string): Fault {
  return ({ url, headers }) => {
    if (!url.includes('/blobs/') || !headers.authorization) return undefined
    return { status: 307, headers: { location: to(url) } }
  }
}

test('a blob is read and its digest compared', async () => {
  const registry = await startRegistry()
  registry.store.setBlob(CONTENT.bytes)
  expect(await download(registry)).toEqual({ kind: 'found', bytes: CONTENT.bytes })
})

test('a blob that is not there is absent', async () => {
  expect(await download(await startRegistry())).toEqual({ kind: 'absent' })
})

test('a blob with other bytes under its digest is told', async () => {
  const registry = await startRegistry()
  const other = blobOf('', Buffer.from('same length!'))
  registry.store.setBlob(other.bytes, CONTENT.digest)
  expect(await download(registry)).toEqual({ kind: 'wrong-digest', digest: other.digest })
})

test.each([-1, 1, 1000])('a blob whose size is off by %i is told', async (difference) => {
  const registry = await startRegistry()
  registry.store.setBlob(CONTENT.bytes)
  const answer = await download(registry, { ...CONTENT, size: CONTENT.size + difference })
  expect(answer).toEqual({ kind: 'wrong-size', size: CONTENT.size })
})

test('no more is read than the manifest names', async () => {
  const registry = await startRegistry({
    fault: () => ({ status: 200, body: Buffer.alloc(8 * 1024 * 1024) })
  })
  expect(await download(registry)).toMatchObject({ kind: 'wrong-size' })
})

describe('a redirect', () => {
  test('is followed to other storage, which sees no credential', async () => {
    const storage = await startRegistry()
    storage.store.setBlob(CONTENT.bytes)
    const registry = await startRegistry({ auth: LOGIN })
    registry.fault = redirecting((url) => `http://${storage.host}${url}?signature=a~b`)
    expect(await download(registry)).toMatchObject({ kind: 'found' })
    expect(storage.requests).toHaveLength(1)
    expect(storage.requests[0]?.url).toContain('?signature=a~b')
    expect(storage.requests[0]?.headers.authorization).toBeUndefined()
  })

  test('that leads back bears no credential either', async () => {
    const registry = await startRegistry({ auth: LOGIN })
    const storage = await startRegistry({
      fault: ({ url }) => ({ status: 302, headers: { location: `http://${registry.host}${url}` } })
    })
    registry.fault = redirecting((url) => `http://${storage.host}${url}`)
    await expect(download(registry)).rejects.toThrow('401')
    expect(registry.requests.at(-1)?.headers.authorization).toBeUndefined()
  })

  test('by the storage with a refusal is told by the name of both: exit code 6', async () => {
    const storage = await startRegistry({ fault: () => ({ status: 403, body: 'expired' }) })
    const registry = await startRegistry({ auth: LOGIN })
    registry.fault = redirecting((url) => `http://${storage.host}${url}`)
    await expect(download(registry)).rejects.toMatchObject({
      exitCode: 6,
      message: `The download of a blob from ${storage.host} (the storage of ${registry.host}) failed: 403 "expired".`
    })
  })

  test('without end is left after five', async () => {
    const registry = await startRegistry({ auth: LOGIN })
    registry.fault = redirecting((url) => url)
    await expect(download(registry)).rejects.toThrow('more than 5 times')
    const authorized = registry.requests.filter(({ headers }) => headers.authorization)
    expect(authorized).toHaveLength(6)
  })

  test.each([
    ['to http', 'http://s.example/x', 'from https to http://s.example'],
    ['to a file', 'file:///etc/passwd', 'which was not followed'],
    ['with a login', 'https://u:p@s.example/x', 'a redirect to https://s.example'],
    ['to nowhere', 'http://', 'invalid URL'],
    ['without Location', undefined, 'without Location']
  ])('of an https registry %s is refused', (_, location, why) => {
    expect(() => redirectUrl(location, new URL('https://h/v2/a'))).toThrow(why)
  })
})
