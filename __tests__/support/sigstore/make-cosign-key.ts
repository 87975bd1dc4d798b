// Without Jest, so that scripts can use it too.
import { generateKeyPairSync, randomBytes, scryptSync } from 'node:crypto'
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js'

/** A key pair as `cosign generate-key-pair` writes it. */
export interface CosignKeyPair {
  /** Encrypted, in PEM. */
  readonly key: string
  readonly publicKey: string
  /** PKCS#8, in PEM. */
  readonly decrypted: string
  /** Where in the base64 of `key` that begins which no other key has: behind names, salt and nonce. */
  readonly secretFrom: number
}

/** As cosign calls scrypt (go-securesystemslib, encrypted). */
const [N, r, p] = [65_536, 8, 1]

export function makeCosignKey(password: string): CosignKeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const [salt, nonce] = [randomBytes(32), randomBytes(24)]
  const derived = scryptSync(password, salt, 32, { N, r, p, maxmem: 256 * N * r })
  const der = privateKey.export({ type: 'pkcs8', format: 'der' })
  const ciphertext = Buffer.from(xsalsa20poly1305(derived, nonce).encrypt(der)).toString('base64')
  const box = JSON.stringify({
    kdf: { name: 'scrypt', params: { N, r, p }, salt: salt.toString('base64') },
    cipher: { name: 'nacl/secretbox', nonce: nonce.toString('base64') },
    ciphertext
  })
  const lines = Buffer.from(box).toString('base64').replace(/.{64}/g, '$&\n')
  const name = 'ENCRYPTED SIGSTORE PRIVATE KEY'
  return {
    key: `-----BEGIN ${name}-----\n${lines}\n-----END ${name}-----\n`,
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    decrypted: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    secretFrom: Math.ceil((box.indexOf(ciphertext) * 4) / 3) + 4
  }
}
