import { describe, expect, test } from '@jest/globals'
import { findByName, findByUrl } from '../../src/dependencies/find-repository.ts'
import { machineRepository, type RepositoryEntry } from '../../src/dependencies/machine-entry.ts'
import { SecretRegistry } from '../../src/shared/secret-registry.ts'

function repository(name: string, url: string, more: Partial<RepositoryEntry> = {}) {
  const empty = { username: '', password: '', certFile: '', keyFile: '', caFile: '' }
  const flags = { skipsVerification: false, passesCredentialsAll: false }
  const secrets = new SecretRegistry(() => undefined)
  return machineRepository({ name, url, ...empty, ...flags, ...more }, '/r.yaml', secrets)
}

const nameFor = (repositoryUrl: string, url: string) => {
  return findByUrl([repository('a', repositoryUrl)], url)?.name
}

describe('equal to https://h/team are', () => {
  test.each([
    'https://h/team',
    'https://h/team/',
    'https://h/team//',
    'https://h//team',
    'https://h/./team/.',
    'https://h/x/../team',
    'https://H/team',
    'HTTPS://h/team',
    'https://h:443/team'
  ])('%s', (url) => {
    expect(nameFor('https://h/team', url)).toBe('a')
    expect(nameFor(url, 'https://h/team')).toBe('a')
  })
})

describe('not equal to https://h/team are', () => {
  test.each([
    'https://h',
    'https://h/',
    'https://h/tea',
    'https://h/teams',
    'https://h/team/sub',
    'https://h/Team',
    'https://h/team?a=b',
    'https://h/team#a',
    'http://h/team',
    'https://h:8443/team',
    'http://h:443/team',
    'https://h.evil/team',
    'https://evil/h/team',
    'https://h@evil/team',
    'https://u:p@h/team',
    ' https://h/team',
    'https://h/te\nam',
    'oci://h/team',
    'h/team',
    '@a',
    ''
  ])('%j', (url) => {
    expect(nameFor('https://h/team', url)).toBeUndefined()
    expect(nameFor('https://h/team', 'https://h/team')).toBe('a')
  })
})

test('a query is part of a repository', () => {
  expect(nameFor('https://h/team?a=b', 'https://h/team/?a=b')).toBe('a')
  expect(nameFor('https://h/team?a=b', 'https://h/team')).toBeUndefined()
})

test('an entry with a login in its URL is found by the URL without it', () => {
  const found = findByUrl([repository('a', 'https://u:pass-word@h/team')], 'https://h/team')
  expect(found).toMatchObject({ name: 'a', login: undefined })
})

test('an entry whose URL cannot be read is for nothing, and harms no other', () => {
  const all = [repository('bad', 'https://u:p/x@h/team'), repository('a', 'https://h/team')]
  expect(findByUrl(all, 'https://h/team')?.name).toBe('a')
  expect(findByUrl(all, 'https://u:p/x@h/team')).toBeUndefined()
})

describe('of two entries', () => {
  const login = { username: 'ci', password: 'pass-word' }

  test('with one URL, the first with a login or a client certificate counts', () => {
    const plain = repository('plain', 'https://h/team/')
    const first = repository('first', 'https://H/team', login)
    const second = repository('second', 'https://h/team', { certFile: 'c', keyFile: 'k' })
    expect(findByUrl([plain, first, second], 'https://h/team')?.name).toBe('first')
    expect(findByUrl([plain, second, first], 'https://h/team')?.name).toBe('second')
    expect(findByUrl([plain, repository('b', 'https://h/team')], 'https://h/team')?.name).toBe(
      'plain'
    )
  })

  test('with one name, the first counts, as in helm', () => {
    const all = [repository('a', 'https://one'), repository('a', 'https://two', login)]
    expect(findByName(all, 'a')?.url).toBe('https://one')
  })
})

test('a name is found as it is written', () => {
  const all = [repository('a', 'https://one')]
  for (const name of ['A', '@a', 'a ', '', 'https://one']) {
    expect(findByName(all, name)).toBeUndefined()
  }
})
