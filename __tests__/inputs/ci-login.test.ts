import { expect, test } from '@jest/globals'
import { type CiLogin, withCiLogin } from '../../src/inputs/ci-login.ts'
import type { Credential } from '../../src/oci/auth/credential.ts'
import { credentialFor } from '../../src/oci/auth/registry-auth-keys.ts'
import { Secret } from '../../src/shared/secret.ts'

const CI: CiLogin = {
  registry: 'registry.gitlab.com',
  username: 'gitlab-ci-token',
  password: new Secret('a-job-token'),
  source: 'CI_REGISTRY_USER and CI_REGISTRY_PASSWORD'
}
const OWN: Credential = { kind: 'login', username: 'me', password: new Secret('mine') }

function found(host: string, given?: ReadonlyMap<string, Credential>, path = 'acme/web') {
  const auth = withCiLogin(given, CI)
  const credential = auth && credentialFor(auth, { host, path, plainHttp: false })
  return credential?.kind === 'login' ? credential.username : undefined
}

test('the login of a CI system is for its registry, with or without the port of https', () => {
  expect(found('registry.gitlab.com')).toBe('gitlab-ci-token')
  expect(found('registry.gitlab.com:443')).toBe('gitlab-ci-token')
})

test.each(['ghcr.io', 'gitlab.com', 'registry.gitlab.com:5000', 'registry.gitlab.com.evil.test'])(
  'it is never for %s',
  (host) => {
    expect(found(host)).toBeUndefined()
  }
)

test('what is given for that host comes first, a path of it as well', () => {
  expect(found('registry.gitlab.com', new Map([['registry.gitlab.com', OWN]]))).toBe('me')
  expect(found('registry.gitlab.com', new Map([['registry.gitlab.com:443', OWN]]))).toBe('me')
  const path = new Map([['registry.gitlab.com/acme', OWN]])
  expect(found('registry.gitlab.com', path)).toBe('me')
  expect(found('registry.gitlab.com', path, 'other/web')).toBe('gitlab-ci-token')
})

test.each(['', 'https://registry.gitlab.com', 'a b', 'registry.gitlab.com/path', 'me@h'])(
  'a registry that is written as %j gets none',
  (registry) => {
    expect(withCiLogin(undefined, { ...CI, registry })).toBeUndefined()
  }
)
