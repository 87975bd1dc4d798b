import { describe, expect, test } from '@jest/globals'
import { canonicalHost, helperKey, matchingKeys } from '../../../src/oci/auth/host-key.ts'

const search = (host: string, name = 'team/demo', plainHttp = false) => ({
  repository: { host, name },
  plainHttp
})

describe('a key of a file is for the registry', () => {
  test.each([
    ['reg.example', 'reg.example'],
    ['reg.example', 'reg.example:443'],
    ['reg.example:443', 'reg.example'],
    ['reg.example', 'REG.example'],
    ['reg.example', 'reg.example/'],
    ['reg.example', 'https://reg.example'],
    ['reg.example', 'https://reg.example/'],
    ['reg.example', 'https://reg.example/v1/'],
    ['reg.example', 'https://reg.example:443/v2/'],
    ['reg.example', 'http://reg.example'],
    ['reg.example', 'http://reg.example:80/v1/'],
    ['reg.example', 'reg.example/v2/'],
    ['reg.example:5000', 'reg.example:5000'],
    ['reg.example:5000', 'https://reg.example:5000/v1'],
    ['[::1]:5000', '[::1]:5000'],
    ['my_registry:5000', 'http://my_registry:5000'],
    ['docker.io', 'https://index.docker.io/v1/'],
    ['docker.io', 'index.docker.io'],
    ['docker.io', 'registry-1.docker.io'],
    ['registry-1.docker.io', 'docker.io'],
    ['reg.example', 'reg.example/team'],
    ['reg.example', 'reg.example/team/demo'],
    ['docker.io', 'docker.io/team']
  ])('%s: %s', (host, key) => {
    expect(matchingKeys([key], search(host))).toEqual([key])
  })
})

describe('a key of a file is for another place than the registry', () => {
  test.each([
    ['reg.example', 'reg.example:5000'],
    ['reg.example:5000', 'reg.example'],
    ['reg.example', 'sub.reg.example'],
    ['reg.example', 'example'],
    ['reg.example', 'reg.example.evil'],
    ['reg.example', 'reg.example@evil.example'],
    ['reg.example', 'https://user@reg.example'],
    ['reg.example', 'reg.example/other'],
    ['reg.example', 'reg.example/te'],
    ['reg.example', 'reg.example/team/demo/more'],
    ['reg.example', 'reg.example/team/dem'],
    ['reg.example', 'ftp://reg.example'],
    ['reg.example', ''],
    ['reg.example', 'https://']
  ])('%s: %s', (host, key) => {
    expect(matchingKeys([key], search(host))).toEqual([])
  })

  test('port 80 is the default where plain http is spoken, and there alone', () => {
    expect(matchingKeys(['h:80'], search('h', 'a', true))).toEqual(['h:80'])
    expect(matchingKeys(['h:80'], search('h'))).toEqual([])
  })
})

test('the longest path comes first, then the host, https and http, whatever their order', () => {
  const sorted = [
    'h/team/demo',
    'h/team',
    'h',
    'h/v2/',
    'https://h',
    'https://h/v1/',
    'https://h/v2/',
    'http://h'
  ]
  for (const keys of [sorted, sorted.toReversed(), sorted.toSorted()]) {
    expect(matchingKeys([...keys, 'h/other', 'g'], search('h'))).toEqual(sorted)
  }
})

test('a helper knows Docker Hub by its old address', () => {
  expect(helperKey(canonicalHost('registry-1.docker.io', false) ?? '')).toBe(
    'https://index.docker.io/v1/'
  )
  expect(helperKey('reg.example:5000')).toBe('reg.example:5000')
})
