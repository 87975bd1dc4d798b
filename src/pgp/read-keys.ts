import type { Key } from 'openpgp'
import { CONFIG, type OpenPgp } from './openpgp.ts'

/** Keys in armored blocks, or as binary packets. */
export type KeyPackets =
  | { readonly kind: 'armored'; readonly blocks: readonly string[] }
  | { readonly kind: 'binary'; readonly bytes: Buffer }

/** All keys, public and private ones. @throws Error of the library, where they cannot be read */
export async function readKeys(openpgp: OpenPgp, packets: KeyPackets): Promise<readonly Key[]> {
  if (packets.kind === 'binary') {
    return openpgp.readKeys({ binaryKeys: packets.bytes, config: CONFIG })
  }
  const read = packets.blocks.map((armoredKeys) =>
    openpgp.readKeys({ armoredKeys, config: CONFIG })
  )
  return (await Promise.all(read)).flat()
}
