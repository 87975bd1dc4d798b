/** A clear-signed message, taken apart. */
export interface ClearSigned {
  /** What is signed: lines without blanks at their ends, ended by CR LF, the last one by nothing. */
  readonly signedBytes: Buffer
  /** The same lines, ended by LF. */
  readonly plaintext: string
  readonly armoredSignature: string
}

const START = '-----BEGIN PGP SIGNED MESSAGE-----'
const SIGNATURE = '-----BEGIN PGP SIGNATURE-----'
const END = '-----END PGP SIGNATURE-----'
const ESCAPE = '- '
/** Anything else among the headers could be taken for a part of the text. */
const HASH_HEADER = /^\s*Hash\s*:(.*)$/
const HASHES = /^\s*(?:MD5|SHA1|RIPEMD160|SHA224|SHA256|SHA384|SHA512|SHA3-256|SHA3-512)\s*$/i

/**
 * Takes the first clear-signed message of a file apart as Helm does (go-crypto, openpgp/clearsign), so that we verify the
 * very text that Helm verifies. Undefined where Helm finds none.
 */
export function readClearSigned(file: string): ClearSigned | undefined {
  const lines = file.split('\n').map((line) => line.replace(/\r$/, ''))
  const start = lines.findIndex((line) => line.startsWith(START))
  if (start === -1 || lines[start] !== START) return undefined
  const blank = lines.findIndex((line, index) => index > start && line.trim() === '')
  const headers = lines.slice(start + 1, blank)
  if (blank === -1 || !headers.every(isHashHeader)) return undefined
  return messageIn(lines, blank + 1)
}

function isHashHeader(line: string): boolean {
  const [, names] = HASH_HEADER.exec(line) ?? []
  return names?.split(',').every((name) => HASHES.test(name)) ?? false
}

function messageIn(lines: readonly string[], first: number): ClearSigned | undefined {
  const signature = lines.indexOf(SIGNATURE, first)
  const end = lines.findIndex((line, index) => index > signature && line.startsWith(END))
  if (signature === -1 || end === -1) return undefined
  const text = lines.slice(first, signature).map((line) => {
    return (line.startsWith(ESCAPE) ? line.slice(ESCAPE.length) : line).replace(/[ \t]+$/, '')
  })
  return {
    signedBytes: Buffer.from(text.join('\r\n'), 'utf8'),
    plaintext: text.join('\n'),
    armoredSignature: `${lines.slice(signature, end).join('\n')}\n${END}\n`
  }
}
