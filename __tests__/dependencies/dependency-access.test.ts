import { describe, expect, test } from '@jest/globals'
import { dependencyAccess } from '../../src/dependencies/dependency-access.ts'
import type { RegistryAccess } from '../../src/oci/access.ts'
import { type Credential, credentialFix } from '../../src/oci/auth/credential.ts'
import { findLogin } from '../../src/oci/auth/find-credential.ts'
import { Secret } from '../../src/shared/secret.ts'
import { SecretRegistry } from '../../src/shared/secret-registry.ts'
import { RecordingLogger } from '../support/log.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()

const login = (username: string): Credential => {
  return { kind: 'login', username, password: new Secret('x') }
}

const ACCESS: RegistryAccess = {
  credential: login('given'),
  registryAuth: undefined,
  registryConfig: 'none',
  plainHttpHosts: [],
  tokenHosts: [],
  ca: undefined,
  clientCertificates: new Map(),
  unverifiedHosts: [],
  timeoutMs: 1000,
  concurrency: 1,
  warnings: [],
  notices: []
}

let logger: RecordingLogger

/** The user of the login that a dependency of `host/name` gets. */
async function userFor(access: RegistryAccess, ownHosts: readonly string[], address: string) {
  logger = new RecordingLogger()
  const [host = '', ...name] = address.split('/')
  const found = await findLogin(
    { host, name: name.join('/') },
    dependencyAccess(access, ownHosts),
    {
      environment: {},
      homeFolder: workspace.path('home'),
      secrets: new SecretRegistry(() => undefined),
      logger,
      signal: new AbortController().signal
    }
  )
  return found && 'username' in found ? found.username : found
}

describe('the login of the inputs goes to other repositories', () => {
  const access = { ...ACCESS, plainHttpHosts: ['plain.test', 'other.test:8080'] }
  const own = ['own.test', 'own.test:5000', 'plain.test', 'other.test:8080', 'docker.io']

  test.each([
    'own.test/lib',
    'own.test:443/lib',
    'own.test:5000/x/lib',
    'plain.test/lib',
    'plain.test:80/lib',
    'other.test:8080/lib',
    'registry-1.docker.io/acme/lib'
  ])('of the same host and port: %s', async (address) => {
    expect(await userFor(access, own, address)).toBe('given')
    expect(logger.lines[0]).toContain('comes from `username` and `password`.')
  })

  test.each([
    'evil.test/lib',
    'own.test:80/lib',
    'own.test:5001/lib',
    'sub.own.test/lib',
    'own.test.evil/lib',
    'plain.test:443/lib',
    'plain.test:5000/lib',
    'other.test/lib',
    'localhost/lib'
  ])('and never elsewhere: %s', async (address) => {
    expect(await userFor(access, own, address)).toBeUndefined()
    expect(await userFor(access, [], address)).toBeUndefined()
  })
})

describe('keys of `registry-auth` come first', () => {
  const registryAuth = new Map([
    ['own.test', login('whole')],
    ['own.test/team', login('team')],
    ['b.test/team', login('b-team')],
    ['c.test:443', login('c')],
    ['d.test', login('d')]
  ])
  const access = { ...ACCESS, registryAuth }
  test.each([
    ['own.test/lib', 'whole'],
    ['own.test/team/lib', 'team'],
    ['b.test/team/lib', 'b-team'],
    ['b.test/lib', 'given'],
    ['c.test/lib', 'c'],
    ['d.test/lib', 'd']
  ])('%s: %s', async (address, user) => {
    expect(await userFor(access, ['own.test', 'b.test', 'c.test'], address)).toBe(user)
  })

  test('and are not changed themselves', () => {
    const before = [...registryAuth.keys()]
    dependencyAccess(access, ['b.test'])
    expect([...registryAuth.keys()]).toEqual(before)
  })
})

test('logins of the machine come last, for hosts that are none of the run as well', async () => {
  const auths = Object.fromEntries(
    ['own.test', 'other.test'].map((host) => {
      return [host, { auth: Buffer.from('machine:x').toString('base64') }]
    })
  )
  await workspace.write('home', { 'logins.json': JSON.stringify({ auths }) })
  const access = { ...ACCESS, registryConfig: workspace.path('home', 'logins.json') }
  expect(await userFor(access, ['own.test'], 'own.test/lib')).toBe('given')
  expect(await userFor(access, ['own.test'], 'other.test/lib')).toBe('machine')
  const without = { ...access, credential: undefined }
  expect(await userFor(without, ['own.test'], 'own.test/lib')).toBe('machine')
})

test('the access of a target still prefers the login of the inputs', async () => {
  const access = { ...ACCESS, registryAuth: new Map([['own.test', login('key')]]) }
  const found = await findLogin({ host: 'own.test', name: 'lib' }, access, {
    environment: {},
    homeFolder: undefined,
    secrets: new SecretRegistry(() => undefined),
    logger: new RecordingLogger(),
    signal: new AbortController().signal
  })
  expect(found).toMatchObject({ username: 'given' })
})

test('what fixes a login that is refused names the inputs that it comes from', () => {
  const token = { kind: 'identity-token', username: undefined, token: new Secret('x') } as const
  const fixes = [login('a'), token].map((credential) => {
    const access = dependencyAccess({ ...ACCESS, credential }, ['own.test'])
    const [found] = access.registryAuth?.values() ?? []
    return found && credentialFix(found)
  })
  expect(fixes).toEqual(['Check `username` and `password`.', 'Get a new `identity-token`.'])
})
