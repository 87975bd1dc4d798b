import { lstat, mkdtemp, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { codeOf, Failure } from './failure.ts'
import { fileFault } from './file-fault.ts'
import { noteLeftover } from './leftovers.ts'

const PREFIX = 'publish-helm-chart-'

/**
 * Makes a folder below `parent` that only this user can enter. Its path is absolute, since helm runs in a folder of
 * its own. @throws Failure usage
 */
export async function makePrivateFolder(parent: string): Promise<string> {
  const made = await mkdtemp(join(resolve(parent), PREFIX)).catch((error: unknown) => {
    const message = `Cannot create a folder for temporary files in "${parent}": ${fileFault(error)}.`
    throw new Failure(
      'usage',
      { message, fix: 'Free some space there, or set TMPDIR to another folder.' },
      error
    )
  })
  noteLeftover(made)
  return made
}

/** Full, over a quota, over a limit for the size of files. */
const NO_ROOM = ['ENOSPC', 'EDQUOT', 'EFBIG']

/** For what a write into the private folder throws. @throws Failure usage, when there is no room for it */
export function throwIfFull(error: unknown, folder: string): void {
  const code = codeOf(error) ?? ''
  if (!NO_ROOM.includes(code)) return
  const parent = dirname(folder)
  const message = `A temporary file cannot be written in "${parent}": ${code}.`
  throw new Failure(
    'usage',
    { message, fix: 'Free some space there, or set TMPDIR to another folder.' },
    error
  )
}

export async function removePrivateFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 })
}

/**
 * Removes the folder `name` below `parent` that a killed run left. Returns false, and touches
 * nothing, unless it has our prefix, lies directly there, and is a real folder.
 */
export async function removeLeftFolder(parent: string, name: string): Promise<boolean> {
  if (basename(name) !== name || !name.startsWith(PREFIX)) return false
  const folder = join(parent, name)
  const found = await lstat(folder).catch(() => undefined)
  if (!found?.isDirectory()) return false
  await removePrivateFolder(folder)
  return true
}
