import type { ChildProcess } from 'node:child_process'

/** How long the runner waits behind SIGINT and behind SIGTERM (actions/runner, ProcessInvoker). */
export const SIGINT_MS = 7500
export const SIGTERM_MS = 2500

/**
 * Ends a step as the runner does on cancellation and on time-out: SIGINT, then SIGTERM, then SIGKILL, to the one
 * process, not to those that it has started. Gives the signals that were sent.
 * @param times other ones than the runner's, in milliseconds
 */
export async function cancel(
  child: ChildProcess,
  times: { readonly sigint: number; readonly sigterm: number } = {
    sigint: SIGINT_MS,
    sigterm: SIGTERM_MS
  }
): Promise<readonly NodeJS.Signals[]> {
  if (await hasEnded(child, 'SIGINT', times.sigint)) return ['SIGINT']
  if (await hasEnded(child, 'SIGTERM', times.sigterm)) return ['SIGINT', 'SIGTERM']
  child.kill('SIGKILL')
  return ['SIGINT', 'SIGTERM', 'SIGKILL']
}

function hasEnded(child: ChildProcess, signal: NodeJS.Signals, waitMs: number): Promise<boolean> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(true)
  return new Promise((resolve) => {
    const settle = (ended: boolean) => {
      clearTimeout(timer)
      child.off('exit', onExit)
      resolve(ended)
    }
    const onExit = () => settle(true)
    const timer = setTimeout(() => settle(false), waitMs)
    child.once('exit', onExit)
    child.kill(signal)
  })
}

/** For `started`: cancels the step as soon as the condition holds. */
export function cancelWhen(condition: () => boolean): (child: ChildProcess) => void {
  return (child) => {
    const timer = setInterval(() => {
      if (!condition()) return
      clearInterval(timer)
      void cancel(child)
    }, 20)
    child.once('exit', () => clearInterval(timer))
  }
}
