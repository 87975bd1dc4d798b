import { isUtf8 } from 'node:buffer'
import { isKeybox } from './keybox.ts'

/** The bytes of a file or an input by the form that they have. */
export type KeyFile =
  | { readonly kind: 'armored'; readonly blocks: readonly string[] }
  | { readonly kind: 'binary'; readonly bytes: Buffer }
  | { readonly kind: 'keybox'; readonly bytes: Buffer }
  /** A key as gpg-agent stores it, in private-keys-v1.d. */
  | { readonly kind: 'agent' }
  /** Bytes that somebody has decoded as UTF-8. */
  | { readonly kind: 'garbled' }
  | { readonly kind: 'unknown' }

const BLOCK =
  /-----BEGIN PGP (PUBLIC|PRIVATE) KEY BLOCK-----[\s\S]*?-----END PGP \1 KEY BLOCK-----/g
/** S-expressions of libgcrypt, and the text form of newer versions (GnuPG, agent/keyformat.txt). */
const AGENT_KEY =
  /^\s*\((?:\d+:)?(?:protected-|shadowed-)?private-key\b|^(?:[A-Z][A-Za-z-]*:.*\r?\n)*Key: ?\(/
const BASE64 = /^[A-Za-z0-9+/]{4,}={0,2}$/
const REPLACEMENT = '\ufffd'

/** Finds out which form keys have: armored, binary, base64 of either (also in several lines), or one of no use here. */
export function keyFile(bytes: Buffer): KeyFile {
  const text = bytes.toString('utf8')
  const encoded = text.replace(/\s/g, '')
  // A digit that is left over stands for no byte.
  if (!BASE64.test(encoded) || encoded.length % 4 === 1) return plainKeyFile(bytes, text)
  const decoded = Buffer.from(encoded, 'base64')
  return plainKeyFile(decoded, decoded.toString('utf8'))
}

function plainKeyFile(bytes: Buffer, text: string): KeyFile {
  const blocks = blocksIn(text)
  if (blocks.length > 0) return { kind: 'armored', blocks }
  if (isKeybox(bytes)) return { kind: 'keybox', bytes }
  if (AGENT_KEY.test(text)) return { kind: 'agent' }
  if (bytes.includes(REPLACEMENT)) return { kind: 'garbled' }
  // The first bit of every packet (RFC 9580, 4.2).
  return ((bytes[0] ?? 0) & 0x80) === 0 ? { kind: 'unknown' } : { kind: 'binary', bytes }
}

/** The bytes of a file with a key, as the text that a `Secret` can hold: base64 of those that are no text. */
export function keyText(file: Buffer): string {
  return isUtf8(file) ? file.toString('utf8') : file.toString('base64')
}

/** Variables of some CI systems have `\n` in place of line ends, blocks of YAML have blanks before each line. */
function blocksIn(text: string): readonly string[] {
  return [...text.matchAll(BLOCK)].map(([block]) => {
    const lines = block.includes('\n') ? block.split('\n') : block.split('\\n')
    return `${lines.map((line) => line.trim()).join('\n')}\n`
  })
}
