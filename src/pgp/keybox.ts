/** The smallest blob, and what an OpenPGP blob has before its key (GnuPG, kbx/keybox-blob.c). */
const HEADER = 32
const OPENPGP = 2
/** Keys that gpg keeps for a moment only. */
const EPHEMERAL = 2
const MAGIC = 'KBXf'

/** Whether a file is GnuPG's pubring.kbx. */
export function isKeybox(bytes: Buffer): boolean {
  return bytes.toString('latin1', 8, 12) === MAGIC
}

/** The public keys in a keybox, as binary packets; undefined for a damaged one. */
export function keyboxKeys(keybox: Buffer): Buffer | undefined {
  const keys: Buffer[] = []
  for (let at = 0; at < keybox.length; ) {
    const length = keybox.length - at < HEADER ? 0 : keybox.readUInt32BE(at)
    if (length < HEADER || length > keybox.length - at) return undefined
    const key = keyIn(keybox.subarray(at, at + length))
    if (key) keys.push(key)
    at += length
  }
  return Buffer.concat(keys)
}

function keyIn(blob: Buffer): Buffer | undefined {
  if (blob[4] !== OPENPGP || (blob.readUInt16BE(6) & EPHEMERAL) !== 0) return undefined
  const start = blob.readUInt32BE(8)
  return blob.subarray(start, start + blob.readUInt32BE(12))
}
