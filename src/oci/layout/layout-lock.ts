import { open, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf } from '../../shared/failure.ts'

/** An index is read and written in milliseconds; a lock that is as old as this was left by a run that was killed. */
const STALE_MS = 5000
const PAUSE_MS = 20

/** Runs `work` while no other run of ours writes the index of the layout in `folder`: the image-layout spec knows no lock. */
export async function whileLocked<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const path = join(folder, '.index.lock')
  while (!(await take(path))) {
    if (await isStale(path)) await rm(path, { force: true })
    else await sleep(PAUSE_MS)
  }
  try {
    return await work()
  } finally {
    await rm(path, { force: true })
  }
}

async function take(path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx')).close()
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

async function isStale(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found !== undefined && Date.now() - found.mtimeMs > STALE_MS
}
