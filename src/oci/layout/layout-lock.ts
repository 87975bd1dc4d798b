import { type FileHandle, lstat, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf, Failure } from '../../shared/failure.ts'

export interface LockTimes {
  /** How long a lock does not change that was left by a run that was killed. */
  readonly staleMs: number
  /** How long a run waits for the lock at most. */
  readonly patienceMs: number
}

/** An index is read and written in milliseconds; whoever takes longer refreshes its lock. */
const TIMES: LockTimes = { staleMs: 5000, patienceMs: 30_000 }
const PAUSE_MS = 20

/** Runs `work` while no other run writes the index of the layout in `folder`; see `whileLockedBy`. @throws Failure usage */
export function whileLocked<T>(
  folder: string,
  work: () => Promise<T>,
  times: LockTimes = TIMES
): Promise<T> {
  return whileLockedBy(join(folder, '.index.lock'), work, times)
}

/**
 * Runs `work` while no other run does anything with the lock at `path`: the image-layout spec has no lock.
 * The lock is a file that nobody else could create. How old it is does not count, since clocks differ between machines:
 * a lock is stale when it did not change while this run watched it.
 * @throws Failure usage, when the lock does not become free; what the system and `work` throw
 */
export async function whileLockedBy<T>(
  path: string,
  work: () => Promise<T>,
  times: LockTimes = TIMES
): Promise<T> {
  const file = await take(path, times)
  const refresh = setInterval(() => {
    const now = new Date()
    void file.utimes(now, now).catch(() => undefined)
  }, times.staleMs / 5).unref()
  try {
    return await work()
  } finally {
    clearInterval(refresh)
    const { ino } = await file.stat({ bigint: true })
    await file.close()
    // Unless another run has taken it over, from one that was stopped for longer than a lock stays fresh.
    if ((await look(path))?.ino === ino) await rm(path, { force: true })
  }
}

async function take(path: string, { staleMs, patienceMs }: LockTimes): Promise<FileHandle> {
  const latest = performance.now() + patienceMs
  let seen: Seen | undefined
  for (;;) {
    const file = await create(path)
    if (file) return file
    const found = await look(path)
    if (found?.mark !== seen?.mark) seen = found
    else if (seen && performance.now() - seen.at > staleMs) await removeStale(path, seen.mark)
    if (performance.now() > latest) throw locked(path)
    await sleep(PAUSE_MS)
  }
}

interface Seen {
  readonly ino: bigint
  /** Changes whenever the lock is refreshed, or becomes another's. */
  readonly mark: string
  readonly at: number
}

async function look(path: string): Promise<Seen | undefined> {
  const found = await lstat(path, { bigint: true }).catch(() => undefined)
  if (!found) return undefined
  const { ino, mtimeNs, ctimeNs } = found
  return { ino, mark: `${ino} ${mtimeNs} ${ctimeNs}`, at: performance.now() }
}

/** One run at a time removes stale locks, so that none removes the lock that another has just created in its place. */
async function removeStale(path: string, mark: string): Promise<void> {
  const remover = await create(`${path}.stale`)
  if (!remover) return
  try {
    if ((await look(path))?.mark === mark) await rm(path)
  } catch (error) {
    throw locked(path, error)
  } finally {
    await remover.close()
    await rm(`${path}.stale`, { force: true })
  }
}

async function create(path: string): Promise<FileHandle | undefined> {
  return open(path, 'wx').catch((error: unknown) => {
    if (codeOf(error) === 'EEXIST') return undefined
    throw error
  })
}

function locked(path: string, cause?: unknown): Failure {
  const message = `The OCI image layout is locked by another run: the lock "${path}" was not released in time.`
  const fix = `If no other run writes to the layout, remove "${path}" and "${path}.stale".`
  return new Failure('usage', { message, fix }, cause)
}
