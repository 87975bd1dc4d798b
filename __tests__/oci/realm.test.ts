import { describe, expect, test } from '@jest/globals'
import { parseRealm } from '../../src/oci/realm.ts'

describe('a token service may get the password', () => {
  test.each([
    [
      'over https anywhere',
      'https://reg.example',
      'https://auth.example/token',
      'https://auth.example/token'
    ],
    ['by a relative address', 'https://reg.example', '/token?a=b', 'https://reg.example/token?a=b'],
    [
      'over http on the host of a plain-http registry',
      'http://reg.example:5000',
      'http://reg.example:5000/t',
      'http://reg.example:5000/t'
    ],
    [
      'over http on loopback for a registry there',
      'https://localhost:5000',
      'http://127.0.0.1:5001/t',
      'http://127.0.0.1:5001/t'
    ]
  ])('%s', (_, registry, realm, url) => {
    expect(parseRealm(realm, new URL(registry)).href).toBe(url)
  })
})

describe('a token service gets no password', () => {
  test.each([
    ['over http for an https registry', 'https://reg.example', 'http://reg.example/token'],
    ['over http on another host', 'http://reg.example', 'http://auth.example/token'],
    ['over http on another port', 'http://reg.example:5000', 'http://reg.example:5001/token'],
    [
      'over http on loopback for a registry elsewhere',
      'https://reg.example',
      'http://127.0.0.1/token'
    ],
    ['with a user in the address', 'https://reg.example', 'https://user@auth.example/token'],
    ['by another scheme', 'https://reg.example', 'ftp://auth.example/token'],
    ['by no address at all', 'https://reg.example', 'https://[']
  ])('%s', (_, registry, realm) => {
    expect(() => parseRealm(realm, new URL(registry))).toThrow('may not be given a password')
  })
})
