import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { codeOf, Failure } from '../shared/failure.ts'

/** The files through which @actions/core hands outputs and state to the runner. */
const VARIABLES = ['GITHUB_OUTPUT', 'GITHUB_STATE']

/**
 * Checks, before anything is done, that the runner's files can be written. @actions/core writes to them synchronously:
 * a pipe without a reader would stop the process, with all of its signals.
 * @throws Failure usage
 */
export async function requireCommandFiles(): Promise<void> {
  for (const name of VARIABLES) {
    const path = process.env[name]
    const fault = path ? await faultOf(path) : undefined
    if (fault === undefined) continue
    const message = `The file in ${name}, "${path}", cannot be written: ${fault}.`
    throw new Failure('usage', { message, fix: `Unset ${name}, or name a file in it.` })
  }
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
