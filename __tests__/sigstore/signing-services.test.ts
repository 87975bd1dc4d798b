import { expect, test } from '@jest/globals'
import {
  gitHubServices,
  publicGoodServices,
  visibilityIn
} from '../../src/sigstore/signing-services.ts'

test.each([
  ['https://github.com', 'fulcio.githubapp.com', 'timestamp.githubapp.com'],
  ['https://acme.ghe.com', 'fulcio.acme.ghe.com', 'timestamp.acme.ghe.com'],
  ['https://ghe.acme.test', 'fulcio.githubapp.com', 'timestamp.githubapp.com'],
  ['https://evil.test/.ghe.com', 'fulcio.githubapp.com', 'timestamp.githubapp.com'],
  ['', 'fulcio.githubapp.com', 'timestamp.githubapp.com']
])("GitHub's own services for %s", (server, authority, timestamp) => {
  const services = gitHubServices(server)
  expect(services.authority.host).toBe(authority)
  expect(services.timestampAuthorities.map(({ host }) => host)).toEqual([timestamp])
  expect(services.logs).toEqual([])
})

test('the public instance has a log that all verifiers know, and a timestamp authority', () => {
  const { logs, timestampAuthorities } = publicGoodServices()
  expect(logs.map(({ version }) => version)).toEqual([1])
  expect(timestampAuthorities).toHaveLength(1)
})

test.each([
  ['public', 'public'],
  ['private', 'private'],
  ['internal', 'private'],
  [undefined, undefined],
  [1, undefined]
])('a repository that is %s is known as such, on GitHub and on GitLab', (visibility, expected) => {
  expect(visibilityIn({ repository_visibility: visibility })).toBe(expected)
  expect(visibilityIn({ project_visibility: visibility })).toBe(expected)
})
