import { describe, expect, test } from '@jest/globals'
import { parseRealm } from '../../../src/oci/auth/realm.ts'

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
    expect(parseRealm(realm, { registry: new URL(registry), tokenHosts: [] }).href).toBe(url)
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
    const rules = { registry: new URL(registry), tokenHosts: [] }
    expect(() => parseRealm(realm, rules)).toThrow('may not get the password')
  })
})

describe('a public registry may not name a place inside the network', () => {
  test.each([
    'https://127.0.0.1/t',
    'https://127.1/t',
    'https://2130706433/t',
    'https://0x7f.1/t',
    'https://0.0.0.0/t',
    'https://10.1.2.3/t',
    'https://172.16.0.1/t',
    'https://172.31.255.255/t',
    'https://192.168.1.1/t',
    'https://100.64.0.1/t',
    'https://100.127.0.1/t',
    'https://169.254.169.254/latest/meta-data',
    'https://169.254.169.254./t',
    'https://224.0.0.1/t',
    'https://255.255.255.255/t',
    'https://[::1]/t',
    'https://[::]/t',
    'https://[::ffff:169.254.169.254]/t',
    'https://[::ffff:a9fe:a9fe]/t',
    'https://[::127.0.0.1]/t',
    'https://[64:ff9b::a00:1]/t',
    'https://[fe80::1]/t',
    'https://[fd00:ec2::254]/t',
    'https://[fc00::1]/t',
    'https://[ff02::1]/t',
    'https://localhost/t',
    'https://a.localhost/t',
    'https://LOCALHOST./t',
    'https://metadata.google.internal/t',
    'https://metadata/t',
    'https://168.63.129.16/t',
    'https://192.0.0.192/t',
    'https://100.100.100.200/t',
    'https://198.18.0.1/t',
    'https://[2002:a9fe:a9fe::]/t',
    'https://[64:ff9b:1::a9fe:a9fe]/t',
    'https://[2001:0:a9fe:a9fe::1]/t'
  ])('%s', (realm) => {
    const registry = new URL('https://reg.example')
    expect(() => parseRealm(realm, { registry, tokenHosts: [] })).toThrow('inside this network')
    const host = new URL(realm).host
    expect(parseRealm(realm, { registry, tokenHosts: [host] }).host).toBe(host)
  })

  test.each([
    'https://172.32.0.1/t',
    'https://100.128.0.1/t',
    'https://11.0.0.1/t',
    'https://[2606:4700::1111]/t',
    'https://[::ffff:808:808]/t',
    'https://localhost.example/t',
    'https://10.example/t'
  ])('but %s is a public one', (realm) => {
    const registry = new URL('https://reg.example')
    expect(parseRealm(realm, { registry, tokenHosts: [] }).href).toBe(new URL(realm).href)
  })

  test.each([
    ['https://10.0.0.5', 'https://192.168.0.6/t'],
    ['https://10.0.0.5', 'https://10.0.0.5:8443/t'],
    ['https://localhost:5000', 'https://127.0.0.1:5001/t']
  ])('the registry %s may name %s, which is as near', (registry, realm) => {
    expect(parseRealm(realm, { registry: new URL(registry), tokenHosts: [] }).href).toBe(realm)
  })

  test.each(['https://169.254.169.254', 'https://100.64.0.1', 'https://[fd00::1]'])(
    'the registry %s may not name a metadata service, however near it is',
    (registry) => {
      const rules = { registry: new URL(registry), tokenHosts: [] }
      for (const realm of [
        'https://169.254.170.2/t',
        'https://100.100.100.200/t',
        'https://[fd00:ec2::254]/t'
      ]) {
        expect(() => parseRealm(realm, rules)).toThrow('inside this network')
      }
    }
  )

  test('a registry in a network may still not name this machine', () => {
    const rules = { registry: new URL('https://10.0.0.5'), tokenHosts: [] }
    expect(() => parseRealm('https://127.0.0.1/t', rules)).toThrow('inside this network')
  })
})

describe('token-hosts', () => {
  const registry = new URL('https://reg.example')

  test('narrow what a registry may name, also on its own host', () => {
    const rules = { registry, tokenHosts: ['auth.example', 'auth.example:8443'] }
    expect(parseRealm('https://auth.example:443/t', rules).host).toBe('auth.example')
    expect(parseRealm('https://auth.example:8443/t', rules).host).toBe('auth.example:8443')
    for (const other of ['https://auth.example:9000/t', 'https://other.example/t', '/t']) {
      expect(() => parseRealm(other, rules)).toThrow('not one of `token-hosts`')
    }
  })

  test('never allow plain http', () => {
    const rules = { registry, tokenHosts: ['auth.example'] }
    expect(() => parseRealm('http://auth.example/t', rules)).toThrow('does not use https')
  })
})
