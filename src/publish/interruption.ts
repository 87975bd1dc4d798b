import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../shared/failure.ts'

const FIX = 'Run it again: a version that was published in full is found unchanged.'

/** SIGINT and SIGTERM as an abort signal, whose reason is the failure to report. A second one ends the process at once. */
export interface Interruption {
  readonly signal: AbortSignal
  /** Gives the signals back to Node. */
  dispose(): void
}

export function watchInterruption(): Interruption {
  const controller = new AbortController()
  const onInterrupt = () => {
    controller.abort(new Failure('sigint', { message: 'Interrupted by SIGINT.', fix: FIX }))
  }
  const onTerminate = () => {
    controller.abort(new Failure('sigterm', { message: 'Ended by SIGTERM.', fix: FIX }))
  }
  process.once('SIGINT', onInterrupt).once('SIGTERM', onTerminate)
  const dispose = () => {
    process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate)
  }
  return { signal: controller.signal, dispose }
}

/** GitHub's runner sends SIGTERM 7.5 s after SIGINT; killing a stubborn helm takes 1.5 s of them. */
export const GRACE_MS = 3000

/**
 * Waits for `work`. After an abort it gets `graceMs` to clean up behind itself; work that cannot be
 * stopped, a download by a library for one, is then left behind.
 * @throws the signal's reason when `work` was left behind
 */
export async function untilInterrupted<T>(
  work: Promise<T>,
  signal: AbortSignal,
  graceMs: number
): Promise<T> {
  const settled = new AbortController()
  const leave = async (): Promise<never> => {
    await aborted(signal, settled.signal)
    await sleep(graceMs, undefined, { signal: settled.signal })
    throw signal.reason
  }
  try {
    return await Promise.race([work, leave()])
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
