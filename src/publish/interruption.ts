import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../shared/failure.ts'

const FIX = 'Run it again: a version that was published in full is found unchanged.'

/** The signals that end a run, each with the kind of its failure. A terminal that goes away sends SIGHUP. */
const SIGNALS = [
  { name: 'SIGHUP', kind: 'sighup', message: 'Ended by SIGHUP.' },
  { name: 'SIGINT', kind: 'sigint', message: 'Interrupted by SIGINT.' },
  { name: 'SIGTERM', kind: 'sigterm', message: 'Ended by SIGTERM.' }
] as const

/** These signals as an abort signal, whose reason is the failure to report. A second one ends the process at once. */
export interface Interruption {
  readonly signal: AbortSignal
  /** Gives the signals back to Node. */
  dispose(): void
}

export function watchInterruption(): Interruption {
  const controller = new AbortController()
  const listeners = SIGNALS.map(({ name, kind, message }) => {
    const listener = () => controller.abort(new Failure(kind, { message, fix: FIX }))
    process.once(name, listener)
    return { name, listener }
  })
  const dispose = () => {
    for (const { name, listener } of listeners) process.off(name, listener)
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
