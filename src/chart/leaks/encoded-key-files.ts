import { type Base64Part, base64Parts } from './base64-text.ts'
import type { Leak } from './leak.ts'
import { detectKeyFile, KEY_HEADS, PKCS12_KEY_BAGS } from './other-keys.ts'

/** How keystores of Java begin. */
const JAVA_STORES = ['feedfeed000000', 'cececece000000'].map((magic) => Buffer.from(magic, 'hex'))
/** Tag and length of the outer SEQUENCE, of a short key and of a long one. */
const LEADS = [2, 3, 4]

const partsOf = (bytes: Buffer) => base64Parts(bytes.toString('latin1'))

/** By which base64 of a key file is found, where no title says that it is one: in Secrets, and as a plain value. */
export const KEY_FILES_IN_BASE64: readonly Base64Part[] = [
  ...[...KEY_HEADS, ...PKCS12_KEY_BAGS].flatMap(partsOf),
  ...JAVA_STORES.flatMap((magic) => partsOf(magic).slice(0, 1))
]

/** Key files in bytes that begin somewhat before what was found. */
export function keyFilesWithin(bytes: Buffer): readonly Leak[] {
  if (PKCS12_KEY_BAGS.some((bag) => bytes.includes(bag))) {
    return [{ kind: 'key', what: 'PKCS #12 file with a private key', at: 0 }]
  }
  const begins = [
    ...JAVA_STORES.map((magic) => bytes.indexOf(magic)),
    ...KEY_HEADS.flatMap((head) => {
      const at = bytes.indexOf(head)
      return LEADS.map((lead) => at - lead)
    })
  ]
  const found = begins
    .filter((begin) => begin >= 0)
    .map((begin) => detectKeyFile(bytes.subarray(begin)))
  return found.filter((leak) => !!leak).slice(0, 1)
}
