import { createPrivateKey, createPublicKey, type KeyObject, scrypt } from 'node:crypto'
import { decodeBase64 } from '../shared/base64.ts'
import { codeOf, Failure, messageOf } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import { isObject, parseJson } from '../shared/json.ts'
import { MissingSecret } from '../shared/missing-secret.ts'
import type { Secret } from '../shared/secret.ts'

/** A key of the user that signs. */
export interface SigningKey {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

interface GivenKey {
  /** PEM: cosign's own form, encrypted, or PKCS#8. */
  readonly key: Secret
  readonly password: Secret | undefined
}

/** Both names that cosign has given it (sigstore/cosign, pkg/cosign/keys.go). */
const COSIGN_PEM =
  /-----BEGIN ENCRYPTED (SIGSTORE|COSIGN) PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END ENCRYPTED \1 PRIVATE KEY-----/
/** Of scrypt as cosign calls it, now and before 2.0 (go-securesystemslib, encrypted): others would be somebody's trap. */
const COSTS = [32_768, 65_536]
const [BLOCKS, PARALLEL] = [8, 1]
const KEY_BYTES = 32
/** NIST SP 800-57: shorter ones are not to sign any more. */
const FEWEST_RSA_BITS = 2048

/**
 * Opens a key: that of `cosign generate-key-pair` or `import-key-pair`, or PKCS#8.
 * @throws Failure signing, when it cannot be opened or is of a kind that does not sign
 */
export async function openSigningKey({ key, password }: GivenKey): Promise<SigningKey> {
  const pem = key.reveal()
  const [, , encrypted] = COSIGN_PEM.exec(pem) ?? []
  const privateKey = encrypted ? await openCosignKey(encrypted, password) : openPem(pem, password)
  requireUsable(privateKey)
  return { privateKey, publicKey: createPublicKey(privateKey) }
}

/** A box: JSON in base64, which names how it was made. */
async function openCosignKey(base64: string, password: Secret | undefined): Promise<KeyObject> {
  const box = boxIn(decodeBase64(base64.replace(/[ \t]/g, '')))
  const text = password?.reveal() ?? ''
  const { xsalsa20poly1305 } = await import('@noble/ciphers/salsa.js')
  const derived = await deriveKey(text, box)
  try {
    const der = xsalsa20poly1305(derived, box.nonce).decrypt(box.ciphertext)
    try {
      return createPrivateKey({
        key: Buffer.from(der.buffer, der.byteOffset, der.length),
        format: 'der',
        type: 'pkcs8'
      })
    } finally {
      der.fill(0)
    }
  } catch (error) {
    // A key may have been made with an empty password.
    throw text === '' ? missingPassword() : wrongPassword(error)
  } finally {
    derived.fill(0)
  }
}

interface Box {
  readonly salt: Buffer
  readonly cost: number
  readonly nonce: Buffer
  readonly ciphertext: Buffer
}

/** @throws Failure signing */
function boxIn(bytes: Buffer | undefined): Box {
  const content = objectOf(bytes && parseJson(bytes))
  const [kdf, cipher] = [objectOf(content['kdf']), objectOf(content['cipher'])]
  const { N, r, p } = objectOf(kdf['params'])
  const isKnown = kdf['name'] === 'scrypt' && cipher['name'] === 'nacl/secretbox'
  const cost = isKnown && r === BLOCKS && p === PARALLEL && COSTS.find((known) => known === N)
  const [salt, nonce, ciphertext] = [kdf['salt'], cipher['nonce'], content['ciphertext']].map(
    bytesOf
  )
  if (cost && salt && nonce && ciphertext) return { salt, cost, nonce, ciphertext }
  const what = 'looks like a cosign key, but has other content: it may be damaged.'
  throw unusable(what)
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {}
}

function bytesOf(value: unknown): Buffer | undefined {
  return typeof value === 'string' ? decodeBase64(value) : undefined
}

function deriveKey(password: string, { salt, cost }: Box): Promise<Buffer> {
  // scrypt needs 128 * N * r bytes (RFC 7914, 2), and Node refuses half of that unless told.
  const maxmem = 256 * cost * BLOCKS
  const options = { N: cost, r: BLOCKS, p: PARALLEL, maxmem }
  return new Promise((resolve, reject) => {
    scrypt(password, salt, KEY_BYTES, options, (error, derived) => {
      if (error) reject(error)
      else resolve(derived)
    })
  })
}

/** What users give in place of a key that signs. */
const OTHERS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN PGP /, 'is a PGP key, which signs archives.'],
  [/-----BEGIN PUBLIC KEY-----/, 'is a public key; signing needs the private key.'],
  [/-----BEGIN CERTIFICATE-----/, 'is a certificate, not a key.'],
  [/-----BEGIN OPENSSH /, 'is an OpenSSH key, in a format that only OpenSSH reads.']
]

function openPem(pem: string, password: Secret | undefined): KeyObject {
  const isEncrypted = pem.includes('ENCRYPTED')
  if (isEncrypted && !password) throw missingPassword()
  try {
    return createPrivateKey({ key: pem, ...(password && { passphrase: password.reveal() }) })
  } catch (error) {
    if (isEncrypted) throw wrongPassword(error)
    throw noPrivateKey(pem, error)
  }
}

function noPrivateKey(pem: string, error: unknown): Failure {
  const [, other] = OTHERS.find(([form]) => form.test(pem)) ?? []
  if (other !== undefined) return unusable(`is not a private key of that kind: it ${other}`)
  if (!pem.includes('-----BEGIN ')) return unusable('is not a private key: it is not PEM text.')
  const why = `${codeOf(error) ?? messageOf(error)}.`
  return unusable('is not a private key that can be read:', why)
}

/** What cosign, Flux and Kyverno verify with SHA-256 or without a choice. @throws Failure signing */
function requireUsable({
  asymmetricKeyType: type,
  asymmetricKeyDetails: details
}: KeyObject): void {
  if (type === 'ec' && details?.namedCurve === 'prime256v1') return
  if (type === 'ed25519') return
  if (type === 'rsa' && (details?.modulusLength ?? 0) >= FEWEST_RSA_BITS) return
  const kind = [type, details?.namedCurve ?? details?.modulusLength].filter(Boolean).join(' ')
  throw unusable(`has an unsupported type: ${kind}.`)
}

function unusable(what: string, why?: string): Failure {
  const fix = `Set ${input('cosign-key')} to the file cosign.key of \`cosign generate-key-pair\`, or to a key on the curve P-256 in PKCS#8.`
  return new Failure('signing', { message: `${input('cosign-key')} ${what}`, why, fix })
}

function missingPassword(): MissingSecret {
  const message = `${input('cosign-key')} is encrypted, and ${input('cosign-password')} is missing or empty.`
  const fix = `Set ${input('cosign-password')}; secrets are empty in runs from forks and by Dependabot.`
  return new MissingSecret('signing', { message, fix })
}

function wrongPassword(error: unknown): Failure {
  const name = input('cosign-password')
  const message = `${input('cosign-key')} cannot be decrypted with ${name}.`
  return new Failure(
    'signing',
    { message, fix: `Check ${name}, and that it belongs to this key.` },
    error
  )
}
