import { describe, expect, test } from '@jest/globals'
import { type RegistryAccess, tlsFor } from '../../src/oci/access.ts'
import { Secret } from '../../src/shared/secret.ts'

const CLIENT = { certificate: 'a certificate', key: new Secret('a key'), passphrase: undefined }

const ACCESS: Pick<RegistryAccess, 'ca' | 'clientCertificates' | 'unverifiedHosts'> = {
  ca: 'an authority',
  clientCertificates: new Map([
    ['own.test', CLIENT],
    ['own.test:5000', CLIENT]
  ]),
  unverifiedHosts: ['old.test', 'old.test:8443']
}

describe('a client certificate is shown', () => {
  test.each(['own.test', 'own.test:443', 'OWN.test', 'own.test:5000'])('to %s', (host) => {
    expect(tlsFor(host, ACCESS).clientCertificate).toBe(CLIENT)
  })

  test.each([
    'other.test',
    'own.test:5001',
    'own.test:80',
    'sub.own.test',
    'own.test.evil',
    'own.test@evil',
    'evil/own.test'
  ])('not to %s', (host) => {
    expect(tlsFor(host, ACCESS)).toEqual({
      ca: 'an authority',
      clientCertificate: undefined,
      skipsVerification: false
    })
  })
})

test('only hosts that are named are not verified, with the port that https implies or without', () => {
  const hosts = ['old.test', 'old.test:443', 'old.test:8443', 'old.test:80', 'own.test']
  expect(hosts.filter((host) => tlsFor(host, ACCESS).skipsVerification)).toEqual([
    'old.test',
    'old.test:443',
    'old.test:8443'
  ])
})
