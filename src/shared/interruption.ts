import { setTimeout as sleep } from 'node:timers/promises'
import { busySignal } from './abort-signal.ts'
import { Failure } from './failure.ts'
import { killAll } from './kill-process.ts'
import { removeLeftovers } from './leftovers.ts'

const FIX = 'Run it again: versions that were already published are left unchanged.'

/** The signals that end a run, each with the kind of its failure. A closed terminal sends SIGHUP. */
const SIGNALS = [
  { name: 'SIGHUP', kind: 'sighup', message: 'Ended by SIGHUP.' },
  { name: 'SIGINT', kind: 'sigint', message: 'Interrupted by SIGINT.' },
  { name: 'SIGTERM', kind: 'sigterm', message: 'Ended by SIGTERM.' }
] as const

/** What ends a run before its outcome is known, as an abort signal. Its reason is the error to report. */
interface Interruption {
  readonly signal: AbortSignal
  /** Gives the signals back to Node. */
  dispose(): void
}

/**
 * Watches for signals (a second one ends the process as soon as children and temporary files are gone), for errors that
 * nobody has caught, and for an event loop that runs empty: what is still awaited then would never settle.
 */
export function watchInterruption(): Interruption {
  const controller = new AbortController()
  const abort = (reason: unknown) => controller.abort(reason)
  const onEmpty = () => abort(new Error('a step of the run can never end'))
  const listeners = SIGNALS.map(({ name, kind, message }) => {
    const listener = () => {
      if (controller.signal.aborted) void endAtOnce(name, dispose)
      else abort(new Failure(kind, { message, fix: FIX }))
    }
    process.on(name, listener)
    return { name, listener }
  })
  process.once('beforeExit', onEmpty)
  process.on('uncaughtException', abort).on('unhandledRejection', abort)
  const dispose = () => {
    for (const { name, listener } of listeners) process.off(name, listener)
    process.off('beforeExit', onEmpty)
    process.off('uncaughtException', abort).off('unhandledRejection', abort)
  }
  return { signal: busySignal(controller.signal), dispose }
}

/** A hung file system must not hold up whoever is in a hurry. */
const LEFTOVERS_MS = 1000

/** Ends the process by the signal. One more signal does not wait even for that. */
async function endAtOnce(name: NodeJS.Signals, dispose: () => void): Promise<void> {
  dispose()
  killAll()
  await within(removeLeftovers(), LEFTOVERS_MS).catch(() => undefined)
  process.kill(process.pid, name)
}

/**
 * For the work of a run to clean up behind itself. GitHub's runner sends SIGTERM 7.5 s after SIGINT; killing a child
 * that does not obey takes 2 s.
 */
export const GRACE_MS = 3000
/** For a face to go on to its report, when cleaning up hangs as well. */
export const FACE_GRACE_MS = 4000

/**
 * Waits for `work`. After an abort it gets `graceMs` to clean up behind itself; work that cannot be stopped, such as a
 * read from a hung file system, is then left behind.
 * @throws the signal's reason when `work` was left behind
 */
export async function untilInterrupted<T>(
  work: Promise<T>,
  signal: AbortSignal,
  graceMs: number
): Promise<T> {
  return unlessLeft(work, async (settled) => {
    await aborted(signal, settled)
    await sleep(graceMs, undefined, { signal: settled })
    throw signal.reason
  })
}

/** Waits for `work`, but no longer than `ms` milliseconds. @throws Error when it took longer */
export async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  return unlessLeft(work, async (settled) => {
    await sleep(ms, undefined, { signal: settled })
    throw new Error(`it took longer than ${ms / 1000} s`)
  })
}

/** Waits for `work` until `leave` throws; that one is told when there is nothing to wait for any more. */
async function unlessLeft<T>(
  work: Promise<T>,
  leave: (settled: AbortSignal) => Promise<never>
): Promise<T> {
  const settled = new AbortController()
  try {
    return await Promise.race([work, leave(settled.signal)])
  } finally {
    settled.abort()
  }
}

function aborted(signal: AbortSignal, giveUp: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true, signal: giveUp })
  })
}
