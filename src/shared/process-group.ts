import type { ChildProcess } from 'node:child_process'
import { codeOf } from './failure.ts'

/** Whether children are started in a group of their own, so that what they have started is killed with them. */
export const OWN_GROUP = process.platform !== 'win32'

/** Sends a signal to a child and to what it has started. */
export function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (!OWN_GROUP || child.pid === undefined) {
    child.kill(signal)
    return
  }
  try {
    process.kill(-child.pid, signal)
  } catch (error) {
    // ESRCH: it has ended; EPERM: macOS says so of a group that has.
    if (!['ESRCH', 'EPERM'].includes(codeOf(error) ?? '')) throw error
  }
}

/** Closes our ends of its pipes: what a killed child has started in a session of its own may hold them open. */
export function letGo(child: ChildProcess): void {
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy()
  child.unref()
}
