import { createPublicKey, type KeyObject } from 'node:crypto'
import { Failure, messageOf } from '../shared/failure.ts'
import { fileFault } from '../shared/file-fault.ts'
import { readInputFile } from '../shared/input-file.ts'
import { input } from '../shared/input-name.ts'

const BLOCK = /-----BEGIN ((?:RSA )?PUBLIC KEY)-----[\s\S]*?-----END \1-----/g
const PRIVATE = /-----BEGIN [A-Z ]*PRIVATE KEY-----/
/** A key of 16384 bits has 3 KiB; a file may have those of many years. */
const LARGEST_BYTES = 256 * 1024

/**
 * Reads the public keys of a file: PEM, as `cosign public-key` writes it, one or several.
 * @throws Failure usage; the signal's reason on abort
 */
export async function readPublicKeys(
  path: string,
  signal: AbortSignal
): Promise<readonly KeyObject[]> {
  const bytes = await readInputFile(path, { signal, largest: LARGEST_BYTES }).catch((error) => {
    signal.throwIfAborted()
    throw unusable(path, `cannot be read: ${fileFault(error)}`)
  })
  const text = bytes.toString('latin1')
  if (PRIVATE.test(text)) throw unusable(path, 'contains a private key')
  const blocks = [...text.matchAll(BLOCK)].map(([block]) => block)
  if (blocks.length === 0) throw unusable(path, 'contains no public key in PEM')
  try {
    return blocks.map((block) => createPublicKey(block))
  } catch (error) {
    throw unusable(path, `cannot be used: ${messageOf(error)}`)
  }
}

function unusable(path: string, what: string): Failure {
  const fix = `Set ${input('key')} to a public key, as \`cosign public-key --key cosign.key\` prints it.`
  return new Failure('usage', { message: `The key file ${path} ${what}.`, fix })
}
