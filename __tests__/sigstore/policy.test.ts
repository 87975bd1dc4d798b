import { describe, expect, test } from '@jest/globals'
import { type CertificateIdentity, identityProblem, policyOf } from '../../src/sigstore/policy.ts'

const FOUND: CertificateIdentity = {
  issuer: 'https://token.actions.githubusercontent.com',
  identity: 'https://github.com/acme/charts/.github/workflows/release.yml@refs/tags/v1',
  repository: 'https://github.com/acme/charts',
  repositoryName: 'acme/charts',
  ref: 'refs/tags/v1',
  run: undefined
}

describe('the same workflow', () => {
  test('of another version fits', () => {
    const identity = FOUND.identity?.replace('v1', 'v2')
    expect(identityProblem({ ...FOUND, identity }, policyOf(FOUND))).toBeUndefined()
  })

  test.each([
    [
      'another workflow',
      { identity: FOUND.identity?.replace('release', 'evil') },
      'the identity is'
    ],
    [
      'a workflow whose name goes on',
      { identity: FOUND.identity?.replace('.yml', '.yml.evil') },
      'the identity is'
    ],
    ['another issuer', { issuer: 'https://evil.test' }, 'the issuer is'],
    [
      'another source repository',
      { repository: 'https://github.com/evil/charts', repositoryName: 'evil/charts' },
      'the source repository is'
    ],
    ['nothing', { issuer: undefined }, 'not stated']
  ])('is not %s', (_, other, why) => {
    expect(identityProblem({ ...FOUND, ...other }, policyOf(FOUND))).toContain(why)
  })
})

test('whoever has no identity that can be read is not anybody else', () => {
  const nameless = { ...FOUND, identity: undefined }
  expect(identityProblem(FOUND, policyOf(nameless))).toContain('the identity is')
  expect(identityProblem(nameless, policyOf(nameless))).toContain('the identity is not stated')
})

test('an address of a person is compared as a whole', () => {
  const person = {
    ...FOUND,
    identity: 'me@acme.test',
    repository: undefined,
    repositoryName: undefined
  }
  const policy = policyOf(person)
  expect(identityProblem(person, policy)).toBeUndefined()
  expect(identityProblem({ ...person, identity: 'me@evil.test' }, policy)).toContain(
    ', expected me@acme.test'
  )
})

test('a repository is named by its URL, or as GitHub names it', () => {
  const problem = (is: string) => identityProblem(FOUND, { repository: { is } })
  expect(problem('acme/charts')).toBeUndefined()
  expect(problem('https://github.com/acme/charts')).toBeUndefined()
  expect(problem('acme/chart')).toContain('expected acme/chart')
})

test('a pattern, and a path on any server, are other ways to name an identity', () => {
  const path = 'acme/charts/.github/workflows/release.yml@refs/tags/v1'
  expect(identityProblem(FOUND, { identity: { isOnSomeServer: path } })).toBeUndefined()
  expect(identityProblem(FOUND, { identity: { isOnSomeServer: `x${path}` } })).toContain('expected')
  expect(
    identityProblem(FOUND, { identity: { matches: /^https:\/\/github\.com\/acme\// } })
  ).toBeUndefined()
  expect(identityProblem(FOUND, { identity: { matches: /evil/ } })).toContain('expected /evil/')
})
