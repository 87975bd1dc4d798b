import { Failure, problemOf } from '../shared/failure.ts'
import { fileFault } from '../shared/file-fault.ts'
import { readInputFile } from '../shared/input-file.ts'
import { input } from '../shared/input-name.ts'
import { keyringKeys } from './keyring.ts'
import { loadOpenPgp } from './openpgp.ts'

/** Debian's keyring of all its developers has 30 MiB; nobody gives that to verify a chart. */
const LARGEST_BYTES = 16 * 1024 * 1024

/**
 * Reads a keyring of the user, in any form that `keyringKeys` takes.
 * @throws Failure usage, also for what holds no keys; signing, when the library is missing; the signal's reason on abort
 */
export async function readKeyringFile(path: string, signal: AbortSignal): Promise<Buffer> {
  const bytes = await readInputFile(path, { signal, largest: LARGEST_BYTES }).catch((error) => {
    signal.throwIfAborted()
    const message = `The keyring ${path} cannot be read: ${fileFault(error)}.`
    const fix = `Set ${input('keyring')} to a file that \`gpg --export KEYID\` wrote.`
    throw new Failure('usage', { message, fix })
  })
  const openpgp = await loadOpenPgp()
  try {
    await keyringKeys(openpgp, [bytes])
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const { why, fix } = problemOf(error)
    throw new Failure('usage', { message: `The keyring ${path} cannot be read:`, why, fix })
  }
  return bytes
}
