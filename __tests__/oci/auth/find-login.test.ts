import { expect, test } from '@jest/globals'
import { findLogin } from '../../../src/oci/auth/find-credential.ts'
import { Secret } from '../../../src/shared/secret.ts'
import { SecretRegistry } from '../../../src/shared/secret-registry.ts'
import { RecordingLogger } from '../../support/log.ts'

test('the port that a login may leave out is that of http for the hosts with plain http only', async () => {
  const credential = (username: string) => {
    return { kind: 'login', username, password: new Secret('x'), source: 'a test' } as const
  }
  const request = {
    credential: undefined,
    registryAuth: new Map([
      ['a.test', credential('a')],
      ['b.test', credential('b')]
    ]),
    registryConfig: 'none',
    plainHttpHosts: ['b.test:80']
  }
  const context = {
    environment: {},
    homeFolder: '/nowhere',
    secrets: new SecretRegistry(() => undefined),
    logger: new RecordingLogger(),
    signal: new AbortController().signal
  }
  const hosts = ['a.test:443', 'a.test:80', 'b.test:80']
  const found = await Promise.all(
    hosts.map((host) => findLogin({ host, name: 'demo' }, request, context))
  )
  expect(found).toMatchObject([{ username: 'a' }, undefined, { username: 'b' }])
})
