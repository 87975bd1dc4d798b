import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { codeOf, Failure } from '../shared/failure.ts'

/**
 * Checks, before anything is done, that a file can be written through which outputs or state reach the runner.
 * @actions/core writes to it synchronously: a pipe without a reader would stop the process, with all of its signals.
 * @throws Failure usage
 */
export async function requireCommandFile(name: 'GITHUB_OUTPUT' | 'GITHUB_STATE'): Promise<void> {
  const path = process.env[name]
  const fault = path ? await faultOf(path) : undefined
  if (fault === undefined) return
  const message = `The file in ${name}, "${path}", cannot be written: ${fault}.`
  throw new Failure('usage', { message, fix: `Unset ${name}, or name a file in it.` })
}

async function faultOf(path: string): Promise<string | undefined> {
  try {
    await access(path, constants.W_OK)
    const found = await stat(path)
    // Devices such as /dev/null and /dev/stdout serve those who run the action by hand.
    const isWritable = found.isFile() || found.isCharacterDevice() || path.startsWith('/dev/')
    return isWritable ? undefined : 'it is not a regular file'
  } catch (error) {
    return codeOf(error) ?? String(error)
  }
}
