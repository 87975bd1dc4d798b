import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { ClassicLogins } from '../../src/dependencies/classic-logins.ts'
import { machineRepository, type RepositoryEntry } from '../../src/dependencies/machine-entry.ts'
import type { Credential } from '../../src/oci/auth/credential.ts'
import { Failure } from '../../src/shared/failure.ts'
import { Secret } from '../../src/shared/secret.ts'
import { SecretRegistry } from '../../src/shared/secret-registry.ts'
import { accessOf } from '../support/dependencies/remote.ts'
import { RecordingLogger } from '../support/log.ts'
import { Authority, type Identity } from '../support/network/certificates.ts'
import { Workspace } from '../support/workspace.ts'

const workspace = new Workspace()
let ca: Identity
beforeAll(async () => {
  await workspace.open()
  ca = new Authority(workspace).root
})
afterAll(() => workspace.close())

const EMPTY: RepositoryEntry = {
  ...{ name: 'acme', url: 'https://charts.example/a', username: '', password: '' },
  ...{ certFile: '', keyFile: '', caFile: '' },
  ...{ skipsVerification: false, passesCredentialsAll: false }
}

const login = (username: string): Credential => {
  return { kind: 'login', username, password: new Secret('x'), source: 'tests' }
}
const TOKEN: Credential = { kind: 'identity-token', username: undefined, token: new Secret('x') }

interface Given {
  readonly auth?: Readonly<Record<string, Credential>>
  readonly machine?: readonly Partial<RepositoryEntry>[]
  readonly ca?: string
}

function loginsOf({ auth, machine = [], ca: own }: Given) {
  const logger = new RecordingLogger()
  const secrets = new SecretRegistry(() => undefined)
  const { signal } = new AbortController()
  const logins = new ClassicLogins({
    access: { ...accessOf(), ca: own, registryAuth: auth && new Map(Object.entries(auth)) },
    machine: machine.map((entry) => machineRepository({ ...EMPTY, ...entry }, '/r.yaml', secrets)),
    context: { secrets, signal, logger }
  })
  const userFor = (address: string, repository = 'https://charts.example/a') => {
    return logins.loginFor(new URL(address), new URL(repository))?.username
  }
  return { logins, userFor, logger }
}

describe('an address gets the login', () => {
  const auth = {
    'charts.example': login('host'),
    'charts.example/a': login('path'),
    'charts.example/a/b': login('longer'),
    'charts.example:8443': login('port')
  }

  test.each([
    ['https://charts.example/index.yaml', 'host'],
    ['https://charts.example:443/x.tgz', 'host'],
    ['https://charts.example/a/index.yaml', 'path'],
    ['https://charts.example/ab/index.yaml', 'host'],
    ['https://charts.example/a/b/x.tgz', 'longer'],
    ['https://charts.example:8443/a/x.tgz', 'port'],
    ['https://other.example/a/x.tgz', undefined],
    ['https://charts.example.evil/a/x.tgz', undefined]
  ])('of the longest key of `registry-auth`, whoever led there: %s', (address, user) => {
    expect(loginsOf({ auth }).userFor(address)).toBe(user)
  })

  const machine = [{ username: 'machine', password: 'x' }]

  test.each([
    ['https://charts.example/a/index.yaml', 'https://charts.example/a', 'machine'],
    ['https://charts.example/a/index.yaml', 'https://charts.example/a/', 'machine'],
    ['https://charts.example:443/elsewhere/x.tgz', 'https://charts.example/a', 'machine'],
    ['https://charts.example/a/x.tgz', 'https://charts.example', undefined],
    ['https://charts.example/a/b/x.tgz', 'https://charts.example/a/b', undefined],
    ['https://charts.example:8443/a/x.tgz', 'https://charts.example/a', undefined],
    ['http://charts.example/a/x.tgz', 'https://charts.example/a', undefined],
    ['https://cdn.example/x.tgz', 'https://charts.example/a', undefined]
  ])(
    'of a repository of the machine, at its own origin: %s from %s',
    (address, repository, user) => {
      expect(loginsOf({ machine }).userFor(address, repository)).toBe(user)
    }
  )

  test('that the inputs give, before that of the machine', () => {
    const given = { auth: { 'charts.example/a': login('given') }, machine }
    expect(loginsOf(given).userFor('https://charts.example/a/x.tgz')).toBe('given')
  })

  test('of a user alone: a token is for registries, and no other login takes its place', () => {
    const { userFor } = loginsOf({ auth: { 'charts.example': TOKEN }, machine })
    expect(userFor('https://charts.example/a/x.tgz')).toBeUndefined()
  })
})

describe('the certificates of a repository of the machine', () => {
  test('count for its origin once it is prepared, beside `ca`, and are read once', async () => {
    const { logins } = loginsOf({ machine: [{ caFile: ca.certFile }], ca: 'OWN' })
    const repository = new URL('https://charts.example/a')
    expect(logins.tlsFor(repository).ca).toBe('OWN')
    await Promise.all([logins.prepare(repository), logins.prepare(repository)])
    expect(logins.tlsFor(new URL('https://charts.example')).ca).toBe(`OWN\n${ca.cert}`)
    expect(logins.tlsFor(new URL('https://charts.example:8443')).ca).toBe('OWN')
    expect(logins.tlsFor(new URL('https://cdn.example')).ca).toBe('OWN')
  })

  test('that cannot be read are an error of whoever prepares it', async () => {
    const { logins } = loginsOf({ machine: [{ caFile: '/nowhere/ca.pem' }] })
    const error = await logins
      .prepare(new URL('https://charts.example/a'))
      .catch((thrown) => thrown)
    expect(error).toBeInstanceOf(Failure)
    expect(error).toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('/nowhere/ca.pem')
    })
  })

  test('of another repository, dead ones too, do not matter', async () => {
    const machine = [{ url: 'https://dead.example', caFile: '/nowhere/ca.pem' }]
    const { logins, logger } = loginsOf({ machine })
    await logins.prepare(new URL('https://charts.example/a'))
    expect(logins.tlsFor(new URL('https://charts.example')).ca).toBeUndefined()
    expect(logger.lines).toEqual([])
  })
})

test('what is not honoured is told once the repository is used, once', async () => {
  const entry = {
    skipsVerification: true,
    passesCredentialsAll: true,
    username: 'ci',
    password: 'x'
  }
  const { logins, logger } = loginsOf({ machine: [entry] })
  expect(logger.lines).toEqual([])
  for (const _ of [1, 2]) await logins.prepare(new URL('https://charts.example/a'))
  expect(logger.lines.filter((line) => line.includes('insecure_skip_tls_verify'))).toHaveLength(1)
  expect(logger.lines.filter((line) => line.includes('pass_credentials_all'))).toHaveLength(1)
  expect(logins.tlsFor(new URL('https://charts.example')).skipsVerification).toBe(false)
})
