import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { keyHint } from '../../src/sigstore/bundle.ts'
import { readPublicKeys } from '../../src/sigstore/public-keys.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey
const pemOf = (key: KeyObject, type: 'spki' | 'pkcs1' = 'spki') => {
  return key.export({ type, format: 'pem' }).toString()
}

async function read(content: string) {
  await workspace.write('.', { 'cosign.pub': content })
  return readPublicKeys(workspace.path('cosign.pub'), new AbortController().signal)
}

describe('a file of public keys', () => {
  test.each([
    ['one key', pemOf(publicKey), [publicKey]],
    ['text around it', `# by acme\r\n${pemOf(publicKey).replaceAll('\n', '\r\n')}`, [publicKey]],
    ['several keys', `${pemOf(publicKey)}${pemOf(rsa)}`, [publicKey, rsa]],
    ['a key in PKCS#1', pemOf(rsa, 'pkcs1'), [rsa]]
  ])('may have %s', async (_, content, keys) => {
    expect((await read(content)).map(keyHint)).toEqual(keys.map(keyHint))
  })

  const secret = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  test.each([
    ['a private key', secret, 'contains a private key'],
    ['no key', 'ssh-rsa AAAA', 'contains no public key in PEM'],
    [
      'half a key',
      '-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n',
      'cannot be used'
    ],
    ['more than any key', ' '.repeat(256 * 1024 + 1), 'cannot be read: it has more than']
  ])('of %s is an error of usage, and nothing of it is shown', async (_, content, why) => {
    const failure = await read(content).catch((error: unknown) => error)
    expect(failure).toMatchObject({ kind: 'usage', message: expect.stringContaining(why) })
    expect(String(failure)).not.toContain(secret.split('\n')[1])
  })
})
