import { expect, test } from '@jest/globals'
import type { Credential } from '../../../src/oci/auth/credential.ts'
import { RegistryClient } from '../../../src/oci/client.ts'
import { SecretRegistry } from '../../../src/shared/secret-registry.ts'
import { RecordingLogger } from '../../support/log.ts'
import type { Fault } from '../../support/registry/registry.ts'
import { useRegistries } from '../../support/registry/servers.ts'

const start = useRegistries()

const unauthorized = (challenge?: string): Fault => {
  const headers = challenge === undefined ? {} : { 'www-authenticate': challenge }
  return ({ url }) => {
    return url.startsWith('/token')
      ? { status: 200, body: '{"token":"t"}' }
      : { status: 401, headers }
  }
}

const harbor: Fault = ({ url, headers }) => {
  if (url.startsWith('/token')) return { status: 200, body: '{"token":"t"}' }
  const challenge = headers.authorization ? 'Basic realm="harbor"' : 'Bearer realm="/token"'
  return { status: 401, headers: { 'www-authenticate': challenge } }
}

async function failureOf(
  fault: Fault,
  source?: string,
  access: 'pull' | 'pull,push' = 'pull,push'
) {
  const registry = await start({ fault })
  const secrets = new SecretRegistry(() => undefined)
  const login = { kind: 'login' as const, username: 'ci', password: secrets.register('password') }
  const credential: Credential | undefined = source === undefined ? login : { ...login, source }
  const client = new RegistryClient({
    host: registry.host,
    plainHttp: true,
    credential: source === 'none' ? undefined : credential,
    access,
    userAgent: 'test',
    secrets,
    logger: new RecordingLogger(),
    signal: new AbortController().signal
  })
  const repository = { host: registry.host, name: 'team/demo' }
  const failure = await client.getManifestAt(repository, '1').catch((error: unknown) => error)
  await client.close()
  return failure
}

test.each<[string, Fault, string, string]>([
  [
    'a wrong login',
    unauthorized('Basic'),
    'does not know this login',
    'Check `username` and `password`.'
  ],
  [
    'a missing right',
    unauthorized('Bearer realm="/token",error="insufficient_scope"'),
    'The login is valid, but has no permission',
    'may pull from and push to the repository'
  ],
  [
    'a missing right on Harbor',
    harbor,
    'The login is valid, but has no permission',
    'give this user the right to push to the project "team" (Developer or more)'
  ],
  [
    'a missing project on Harbor',
    unauthorized(''),
    'as Harbor does for a project that does not exist',
    'Create the project "team" in Harbor first'
  ],
  [
    'a registry that distrusts its token service',
    unauthorized('Bearer realm="/token",error="invalid_token"'),
    'rejected the token that its own token service',
    'issuer, service and certificate'
  ],
  [
    'a 401 without challenge',
    unauthorized(),
    'does not say how to log in',
    'names an OCI registry'
  ],
  [
    'another scheme',
    unauthorized('Negotiate'),
    'another kind of login than the one that is set',
    'Basic and Bearer'
  ]
])('%s is told apart, with what mends it: exit code 5', async (_, fault, words, fix) => {
  expect(await failureOf(fault)).toMatchObject({
    kind: 'auth',
    message: expect.stringContaining(words),
    fix: expect.stringContaining(fix)
  })
})

test('a login from a file names the file', async () => {
  expect(await failureOf(unauthorized('Basic'), '/home/u/.docker/config.json')).toMatchObject({
    fix: 'Log in again, or correct the login in /home/u/.docker/config.json.'
  })
})

test('an entry of `registry-auth` is checked: there is nothing to log in again', async () => {
  expect(await failureOf(unauthorized('Basic'), '`registry-auth`')).toMatchObject({
    fix: 'Check the entry of this registry in `registry-auth`.'
  })
})

test('without a login, one is asked for, by host as well', async () => {
  expect(await failureOf(unauthorized('Basic'), 'none')).toMatchObject({
    fix: expect.stringMatching(
      /^Set `username` and `password`, or add an entry for \S+ to `registry-auth`\.$/
    )
  })
})

test('a reader lacks the right to pull', async () => {
  expect(await failureOf(harbor, undefined, 'pull')).toMatchObject({
    fix: 'In Harbor, give this user the right to pull from the project "team".'
  })
})

test('a challenge that cannot be read ends with exit code 6', async () => {
  expect(await failureOf(unauthorized('Bearer realm="x'))).toMatchObject({ kind: 'registry' })
})
