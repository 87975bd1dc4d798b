import { ByteSearch } from '../../shared/byte-search.ts'
import { decodeUtf16 } from '../../shared/utf16.ts'
import {
  type Base64Part,
  base64Forms,
  base64Parts,
  decodeAround,
  KEY_FILES_IN_BASE64,
  keyFilesWithin
} from './base64-text.ts'
import type { Leak, Marker } from './leak.ts'
import { detectLoginFile, LOGIN_MARKERS, LOGINS_IN_BASE64 } from './logins.ts'
import {
  DER_KEY,
  detectAgeIdentity,
  detectJwk,
  detectKeyFile,
  detectPuttyKey
} from './other-keys.ts'
import { detectPemKey } from './pem-key.ts'
import { TOKEN_MARKERS } from './tokens.ts'

const PRIVATE_KEY = 'PRIVATE KEY'
/** What is found in base64 as well, once or twice: Secrets of Kubernetes keep keys and logins of registries like this. */
const IN_BASE64 = [PRIVATE_KEY, '"kty"', 'AGE-SECRET-KEY-1', ...LOGINS_IN_BASE64]
const PRIVATE_KEY_IN_UTF16 = Buffer.from(PRIVATE_KEY, 'utf16le').toString('latin1')
const MOST_ENCODINGS = 2
const DER_IN_BASE64 = `${DER_KEY} in base64`
/** A file with more places of markers than this is not one that somebody wrote; it must not cost time. */
const MOST_TRIES = 5000
/** The same for base64, of which much has to be decoded each time. */
const MOST_DECODED = 100

const MARKERS: readonly Marker[] = [
  { text: PRIVATE_KEY, detect: detectPemKey },
  { text: 'PRIVATE%20KEY', detect: detectPemKey },
  { text: 'PRIVATE+KEY', detect: detectPemKey },
  { text: PRIVATE_KEY_IN_UTF16, detect: detectInUtf16 },
  { text: 'PuTTY-User-Key-File-', detect: detectPuttyKey },
  { text: 'AGE-SECRET-KEY-1', detect: detectAgeIdentity },
  { text: '"kty"', detect: detectJwk },
  { text: '"kty\\', detect: detectJwk },
  ...TOKEN_MARKERS,
  ...LOGIN_MARKERS
]
const ENCODED: readonly Base64Part[] = [
  ...IN_BASE64.flatMap((text) => [text, ...base64Forms(text)]).flatMap(base64Parts),
  ...base64Parts(PRIVATE_KEY_IN_UTF16),
  ...KEY_FILES_IN_BASE64,
  // A Secret has one token in each of its values.
  ...TOKEN_MARKERS.flatMap(({ text }) => base64Parts(text).slice(0, 1))
]
const SEARCH = new ByteSearch(
  [...MARKERS, ...ENCODED].map(({ text }) => Buffer.from(text, 'latin1'))
)

/** Private keys, tokens and logins in a file, the first of each kind, wherever in it they are. */
export function findLeaks(path: string, file: Buffer): readonly Leak[] {
  const known = [detectLoginFile(path, file), detectKeyFile(file)].filter((leak) => !!leak)
  const inside = new LeakSearch().leaksIn(file, MOST_ENCODINGS)
  const found = [...new Map([...inside, ...known].map((leak) => [leak.what, leak])).values()]
  // The body of a key in PEM is one in DER.
  const isInPem = found.some(({ kind, what }) => kind === 'key' && what !== DER_IN_BASE64)
  return found.filter(({ what }) => !isInPem || what !== DER_IN_BASE64)
}

class LeakSearch {
  #tries = 0
  #decoded = 0

  leaksIn(file: Buffer, encodings: number): readonly Leak[] {
    const found = new Map<string, Leak>()
    for (const { needle, at } of SEARCH.matches(file)) {
      this.#tries += 1
      if (this.#tries > MOST_TRIES) break
      for (const leak of this.#leaksAt(file, at, { needle, encodings })) {
        if (!found.has(leak.what)) found.set(leak.what, leak)
      }
    }
    return [...found.values()]
  }

  #leaksAt(
    file: Buffer,
    at: number,
    { needle, encodings }: { readonly needle: number; readonly encodings: number }
  ): readonly Leak[] {
    const leak = MARKERS[needle]?.detect(file, at)
    if (leak) return [{ ...leak, at }]
    const encoded = ENCODED[needle - MARKERS.length]
    if (!encoded || encodings === 0 || this.#decoded >= MOST_DECODED) return []
    if (encoded.first !== undefined && isBefore(file, at, encoded.first)) return []
    this.#decoded += 1
    const decoded = decodeAround(file, at, encoded.phase)
    const inner = [...this.leaksIn(decoded, encodings - 1), ...keyFilesWithin(decoded)]
    return inner.map(({ kind, what }) => ({ kind, what: `${what} in base64`, at }))
  }
}

function isBefore(file: Buffer, at: number, text: string): boolean {
  return file.toString('latin1', Math.max(0, at - text.length), at) === text
}

/** As PowerShell writes files, in either order of bytes: the text around the marker, without every second byte. */
function detectInUtf16(file: Buffer, at: number): Omit<Leak, 'at'> | undefined {
  const start = Math.max(at % 2, at - 2 * 64)
  const text = decodeUtf16(file.subarray(start, at + 256 * 1024))
  const bytes = Buffer.from(text, 'utf8')
  return detectPemKey(bytes, bytes.indexOf(PRIVATE_KEY))
}
