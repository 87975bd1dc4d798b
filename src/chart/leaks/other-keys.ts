import { isVaried } from '../../shared/random-text.ts'
import type { Detector, Leak } from './leak.ts'

/** "Private-Lines" comes after the public part: up to 60 lines for RSA with 16384 bits. */
const LONGEST_PUTTY_BYTES = 16 * 1024
/** One of RSA with 8192 bits has 6 KiB. */
const LONGEST_JWK_BYTES = 16 * 1024

/** A key of PuTTY (its documentation, "PPK file format"): a number of lines, then so many of base64. */
export const detectPuttyKey: Detector = (file, at) => {
  const text = file.toString('latin1', at, at + LONGEST_PUTTY_BYTES)
  const [, first = ''] = /^Private-Lines: \d+\s+([A-Za-z0-9+/=]+)/m.exec(text) ?? []
  return first.length >= 40 ? { kind: 'key', what: 'PuTTY private key' } : undefined
}

/** An identity of age, which sops uses too: Bech32 in capitals, of so many characters (age-encryption.org/v1). */
export const detectAgeIdentity: Detector = (file, at) => {
  const [, key = ''] =
    /^AGE-SECRET-KEY-1([02-9AC-HJ-NP-Z]{58})(?![0-9A-Z])/.exec(
      file.toString('latin1', at, at + 80)
    ) ?? []
  return key !== '' && isVaried(key, 32) ? { kind: 'key', what: 'age identity' } : undefined
}

/** A private JSON Web Key (RFC 7517): `d` is its private part for RSA, EC and OKP. */
export const detectJwk: Detector = (file, at) => {
  const start = file.subarray(Math.max(0, at - LONGEST_JWK_BYTES), at).lastIndexOf(0x7b)
  const end = file.subarray(at, at + LONGEST_JWK_BYTES).indexOf(0x7d)
  if (start === -1 || end === -1) return undefined
  const text = file.toString('latin1', Math.max(0, at - LONGEST_JWK_BYTES) + start, at + end)
  const [, part = ''] = /"d\\*"\s*:\s*\\*"([A-Za-z0-9_-]{40,})\\*"/.exec(text) ?? []
  return part !== '' && isVaried(part) ? { kind: 'key', what: 'private JSON Web Key' } : undefined
}

/** PKCS #12, section 4.2: a key, or an encrypted one, in the bags of a file (1.2.840.113549.1.12.10.1.1 and .2). */
export const PKCS12_KEY_BAGS = [1, 2].map((last) =>
  Buffer.from(`060b2a864886f70d010c0a010${last}`, 'hex')
)
/**
 * What private keys have near their begin, and public ones have not: version and algorithm of PKCS #8 for RSA, EC,
 * Ed25519 and X25519; version and first number of PKCS #1; version and key of SEC 1 with 256, 384 and 521 bits.
 */
export const KEY_HEADS: readonly Buffer[] = [
  '020100300d06092a864886f70d010101',
  '020100301306072a8648ce3d0201',
  '020100301006072a8648ce3d0201',
  '020100300506032b6570',
  '020100300506032b656e',
  '020101300506032b6570',
  '020101300506032b656e',
  ...['020100028181', '02010002820101', '02010002820181', '02010002820201'],
  ...['0201010420', '0201010430', '0201010442']
].map((head) => Buffer.from(head, 'hex'))
/** Of an encrypted key (RFC 5958, section 3) that is encrypted by PBES2. */
const ENCRYPTED_KEY_HEAD = Buffer.from('06092a864886f70d01050d', 'hex')
export const DER_KEY = 'private key in DER'
/** Of the byte that says how many bytes a length has: four. */
const LONGEST_LENGTH = 0x84

/** A binary file that is a private key: PKCS #8, PKCS #12, a Java keystore. Stores of certificates have none. */
export function detectKeyFile(file: Buffer): Leak | undefined {
  const what = isJavaKeystore(file) ? 'Java keystore with a private key' : derKeyFile(file)
  return what === undefined ? undefined : { kind: 'key', what, at: 0 }
}

function derKeyFile(file: Buffer): string | undefined {
  // PKCS #12 may have a length that is not known in advance (X.690, 8.1.3.6), a key has not.
  if (file[0] !== SEQUENCE || ((file[1] ?? 0) & 0x80 && (file[1] ?? 0) > LONGEST_LENGTH))
    return undefined
  if (PKCS12_KEY_BAGS.some((bag) => file.includes(bag))) return 'PKCS #12 file with a private key'
  const begin = file.subarray(0, 32)
  const isKey = [ENCRYPTED_KEY_HEAD, ...KEY_HEADS].some((head) => begin.includes(head))
  return isKey && beginsWithKey(file) ? DER_KEY : undefined
}

const JAVA_MAGICS = [0xfeedfeed, 0xcececece]
const CERTIFICATE_ENTRY = 2

/** Whether a keystore of the JDK (sun.security.provider.JavaKeyStore, com.sun.crypto.provider.JceKeyStore) holds more than certificates. */
function isJavaKeystore(file: Buffer): boolean {
  if (file.length < 16 || !JAVA_MAGICS.includes(file.readUInt32BE(0))) return false
  let at = 12
  for (let left = file.readUInt32BE(8); left > 0 && at + 4 <= file.length; left--) {
    if (file.readUInt32BE(at) !== CERTIFICATE_ENTRY) return true
    // Alias, time, type of the certificate, the certificate.
    at = behindText(file, at + 4) + 8
    at = behindText(file, at)
    if (at + 4 > file.length) return false
    at += 4 + file.readUInt32BE(at)
  }
  return false
}

function behindText(file: Buffer, at: number): number {
  return at + 2 <= file.length ? at + 2 + file.readUInt16BE(at) : file.length
}

interface DerContent {
  readonly start: number
  readonly end: number
}

const SEQUENCE = 0x30
const INTEGER = 0x02

/**
 * Whether bytes begin with a SEQUENCE of DER (X.690) that is there to its end, and that begins with what private keys
 * begin with: a version, or the algorithm that one is encrypted with.
 */
export function beginsWithKey(bytes: Buffer): boolean {
  const outer = derContent(bytes, 0)
  if (bytes[0] !== SEQUENCE || !outer || outer.end > bytes.length) return false
  const inner = derContent(bytes, outer.start)
  const tag = bytes[outer.start]
  return (tag === INTEGER || tag === SEQUENCE) && inner !== undefined && inner.end < outer.end
}

/** Where the content of the value at `at` lies; undefined where its length is not sound. */
function derContent(bytes: Buffer, at: number): DerContent | undefined {
  const first = bytes[at + 1]
  if (first === undefined) return undefined
  if (first < 0x80) return { start: at + 2, end: at + 2 + first }
  const digits = first & 0x7f
  const start = at + 2 + digits
  if (digits === 0 || digits > 4 || start > bytes.length) return undefined
  return { start, end: start + bytes.readUIntBE(at + 2, digits) }
}
