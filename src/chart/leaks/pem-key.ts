import { isObject, parseJson } from '../../shared/json.ts'
import { looksRandom } from '../../shared/random-text.ts'
import type { Detector } from './leak.ts'
import { beginsWithKey } from './other-keys.ts'

/** More than a key of RSA with 16384 bits, or one of PGP with many subkeys and a photograph. */
const LONGEST_KEY_BYTES = 128 * 1024
/** "-----BEGIN ENCRYPTED ", and longer titles of others. */
const LONGEST_TITLE = 64
const BEGIN = /-----BEGIN(?: |%20|\+)((?:[A-Z0-9]+(?: |%20|\+))*)$/
/** How URLs and forms write the blank in a title. */
const URL_BLANK = /%20|\+/g
/** "PRIVATE KEY", and what the titles of PGP have after it. */
const LONGEST_END = 'PRIVATE%20KEY%20BLOCK'.length
const DASHES = '-----'
/** Of lists and of patches too. */
const COMMENT = /(?:^|[\s"'`])(#+|\/\/+|\*+|>+|--|;+|[-+])[ \t]*["'`]?$/
/** Line ends in JSON, YAML and shells, escaped once or several times; in XML and URLs. */
const ESCAPED_LINE_END = /\\{1,16}(?:[rn]|u000[aAdD])|&#1[03];|&#x0?[aAdD];|%0[aAdD]/g
/** The other characters, as JSON, JavaScript, XML and URLs may write those of base64, and quotes in quotes. */
const ESCAPED = /\\{1,16}(?:u00|x)([\da-f]{2})|&#x0*([\da-f]{2});|%([\da-f]{2})/gi
const DECIMAL = /&#0*(\d{2,3});/g
const BACKSLASHED = /\\{1,16}(["'/])/g
/** Between two strings of a list or a sum. */
const STRING_END = /["'`]\s*(?:[+.,]\s*)?["'`]/g
/** Of base64: all but the last one of a key are longer; words of prose are not. */
const SHORTEST_LINE = 24
/** "Proc-Type", "DEK-Info", "Version", "Comment", in parts where blanks stand for the ends of lines. */
const MOST_HEADERS = 12
const BASE64_LINE = /^[A-Za-z0-9+/]+={0,2}$/

/** Finds, at the text "PRIVATE KEY", a key with its body: titles in comments and prose, and placeholders, have none. */
export const detectPemKey: Detector = (file, at) => {
  const before = file.toString('latin1', Math.max(0, at - LONGEST_TITLE), at)
  const [, title] = BEGIN.exec(before) ?? []
  if (title === undefined) return undefined
  const start = file.indexOf(DASHES, at, 'latin1')
  if (start === -1 || start - at > LONGEST_END) return undefined
  const begin = start + DASHES.length
  const window = file.subarray(begin, begin + LONGEST_KEY_BYTES)
  const end = window.indexOf(DASHES, 0, 'latin1')
  const text = window.toString('latin1', 0, end === -1 ? window.length : end)
  const name = title.replace(URL_BLANK, ' ')
  const key = keyText(name.trim(), text, commentBefore(file, at))
  return isKey(key) ? { kind: 'key', what: `${name}private key` } : undefined
}

/** What comments out the line of the title, and so the others: "#", "//". */
function commentBefore(file: Buffer, at: number): string {
  const title = file.lastIndexOf(DASHES, at, 'latin1')
  const before = file.toString('latin1', Math.max(0, title - LONGEST_TITLE), title)
  return COMMENT.exec(before.slice(before.lastIndexOf('\n') + 1))?.[1] ?? ''
}

function keyText(title: string, text: string, comment: string): KeyText {
  const unescaped = withoutEscapes(text).replace(STRING_END, '\n')
  // In a variable of one line, blanks stand for the ends of lines.
  const isOneLine = !/[\r\n]/.test(unescaped.trim())
  const parts = unescaped.split(isOneLine ? /\s+/ : /[\r\n]+/)
  const lines = parts.map((line) => bareLine(line, comment)).filter((line) => line !== '')
  const isBase64 = lines.map((line) => BASE64_LINE.test(line))
  const start = lines.findIndex((line, index) => isBase64[index] && line.length >= SHORTEST_LINE)
  if (start === -1 || start > MOST_HEADERS) return { title, headers: [], base64: '' }
  const end = isBase64.indexOf(false, start)
  const body = lines.slice(start, end === -1 ? lines.length : end)
  return { title, headers: lines.slice(0, start), base64: body.join('') }
}

function withoutEscapes(text: string): string {
  return text
    .replace(ESCAPED_LINE_END, '\n')
    .replace(ESCAPED, (_, ...codes: readonly (string | undefined)[]) => {
      return String.fromCharCode(Number.parseInt(codes.slice(0, 3).find(Boolean) ?? '', 16))
    })
    .replace(DECIMAL, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(BACKSLASHED, '$1')
}

/** A line without what a comment, a list or a sum of strings puts around it. */
function bareLine(line: string, comment: string): string {
  const trimmed = line.trim()
  const isCommented = comment !== '' && trimmed.startsWith(comment)
  return (isCommented ? trimmed.slice(comment.length) : trimmed)
    .trim()
    .replace(/^["'`]/, '')
    .replace(/["'`]\s*[+,;)\].]*$|(?<!\s)\s+[+\\]$|[,\\]$/, '')
    .trim()
}

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
interface KeyText {
  /** What its title has before "PRIVATE KEY": "RSA". */
  readonly title: string
  readonly headers: readonly string[]
  readonly base64: string
}

/** Whether that is a key, and not a placeholder: its bytes are those of a key of its kind. */
function isKey({ title, headers, base64 }: KeyText): boolean {
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
