import { isObject, parseJson } from '../../shared/json.ts'
import { looksRandom } from '../../shared/random-text.ts'
import { beginsWithKey } from './der.ts'

/** A private key of Ed25519 in PKCS #8, the shortest there is, has 48 bytes (RFC 8410). */
const SHORTEST_DER_BYTES = 40
/** Seeds of Ed25519 and X25519, as Matrix and Nebula keep them. */
const SHORTEST_RAW_BYTES = 32
/** A key of OpenSSH holds itself and its public part. */
const SHORTEST_OPENSSH_BYTES = 150
/** What is as long and as random as this under the title of a private key is one, though it cannot be read. */
const CERTAINLY_A_KEY_BYTES = 200
/** Of the number of different bytes that random ones have. */
const LEAST_VARIETY = 0.75
const OPENSSH_MAGIC = Buffer.from('openssh-key-v1\0')
/** RFC 9580, section 5: the packets of a secret key and of a secret subkey. */
const PGP_SECRET_PACKETS = [5, 7]
const DER_TITLES = ['', 'RSA', 'EC', 'DSA', 'ENCRYPTED']

const FORMATS: Readonly<Record<string, (bytes: Buffer) => boolean>> = {
  OPENSSH: isOfOpenSsh,
  PGP: (bytes) => PGP_SECRET_PACKETS.includes(packetType(bytes)) && isRandom(bytes),
  // Of cosign, before and since its version 2.
  'ENCRYPTED COSIGN': isOfSigstore,
  'ENCRYPTED SIGSTORE': isOfSigstore
}

/** What stands between BEGIN and END of a private key in PEM (RFC 7468) or in the armor of PGP. */
export interface KeyText {
  /** What its title has before "PRIVATE KEY": "RSA". */
  readonly title: string
  readonly headers: readonly string[]
  readonly base64: string
}

/** Whether that is a key, and not a placeholder: its bytes are those of a key of its kind. */
export function isKey({ title, headers, base64 }: KeyText): boolean {
  const bytes = Buffer.from(base64, 'base64')
  if (headers.some((header) => header.includes('ENCRYPTED'))) {
    return bytes.length >= SHORTEST_DER_BYTES && isRandom(bytes)
  }
  if (bytes.length >= CERTAINLY_A_KEY_BYTES && isRandom(bytes)) return true
  if (DER_TITLES.includes(title)) return bytes.length >= SHORTEST_DER_BYTES && beginsWithKey(bytes)
  const isOfFormat = FORMATS[title]
  if (isOfFormat) return isOfFormat(bytes)
  return bytes.length >= SHORTEST_RAW_BYTES && isRandom(bytes) && looksRandom(base64)
}

function isOfOpenSsh(bytes: Buffer): boolean {
  const isMarked = bytes.subarray(0, OPENSSH_MAGIC.length).equals(OPENSSH_MAGIC)
  return isMarked && bytes.length >= SHORTEST_OPENSSH_BYTES
}

/** JSON with the encrypted key (github.com/secure-systems-lab/go-securesystemslib, encrypted). */
function isOfSigstore(bytes: Buffer): boolean {
  const value = parseJson(bytes)
  return isObject(value) && typeof value['ciphertext'] === 'string'
}

/** Of the first packet, in the old or the new format (RFC 9580, section 4.2); 0 where there is none. */
function packetType(bytes: Buffer): number {
  const [first = 0] = bytes
  if ((first & 0x80) === 0) return 0
  return first & 0x40 ? first & 0x3f : (first >> 2) & 0x0f
}

function isRandom(bytes: Buffer): boolean {
  const expected = 256 * (1 - Math.exp(-bytes.length / 256))
  return new Set(bytes).size >= LEAST_VARIETY * expected
}
