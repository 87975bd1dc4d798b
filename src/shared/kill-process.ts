import type { ChildProcess } from 'node:child_process'
import { codeOf } from './failure.ts'

/** Whether each child starts its own process group, so that its children are killed with it. */
export const OWN_GROUP = process.platform !== 'win32'

/** How long a child may take to end, in milliseconds. */
export interface EndTimes {
  /** Between SIGTERM and SIGKILL. */
  readonly graceMs: number
  /** For a killed child to end. One that runs as another user, or hangs in the kernel, is then left behind. */
  readonly leaveMs: number
  /** For the rest of the output after the end of the child. */
  readonly drainMs: number
}

/** GitHub's runner sends SIGTERM 7.5 s after SIGINT. The output of an ended child is read in milliseconds. */
const TIMES: EndTimes = { graceMs: 1500, leaveMs: 500, drainMs: 1000 }

/** Those that have not ended. */
const RUNNING = new Set<ChildProcess>()

/** Kills all children, with what they started, when the process is about to end without waiting for them. */
export function killAll(): void {
  for (const child of RUNNING) killGroup(child, 'SIGKILL')
}

/**
 * The exit code of a child when it has ended and its output was read; null when a signal ended it. Kills it, with all
 * that it started, when `stop` aborts. Settles in any case: whether or not the child obeys, and without waiting for a
 * daemon that holds its output. Until then it keeps the event loop alive.
 * @throws the error of a child that cannot be started
 */
export function untilEnded(
  child: ChildProcess,
  stop: AbortSignal,
  times: EndTimes = TIMES
): Promise<number | null> {
  const { graceMs, leaveMs, drainMs } = times
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined
    const after = (ms: number, action: () => void) => {
      clearTimeout(timer)
      timer = setTimeout(action, ms)
    }
    RUNNING.add(child)
    const settle = (exitCode: number | null) => {
      RUNNING.delete(child)
      clearTimeout(timer)
      stop.removeEventListener('abort', kill)
      if (stop.aborted) killGroup(child, 'SIGKILL')
      letGo(child)
      resolve(exitCode)
    }
    const kill = () => {
      killGroup(child, 'SIGTERM')
      after(graceMs, () => {
        killGroup(child, 'SIGKILL')
        after(leaveMs, () => settle(null))
      })
    }
    const drain = (exitCode: number | null) => {
      stop.removeEventListener('abort', kill)
      after(drainMs, () => {
        killGroup(child, 'SIGKILL')
        settle(exitCode)
      })
    }
    child.on('error', (error) => {
      reject(error)
      settle(null)
    })
    child.once('exit', drain)
    child.once('close', settle)
    if (stop.aborted) kill()
    else stop.addEventListener('abort', kill, { once: true })
  })
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  const { pid, exitCode, signalCode } = child
  if (pid === undefined) return
  if (OWN_GROUP) send(-pid, signal)
  // It may have moved to another group. An ended one is not named: its number may be another program's by now.
  if (exitCode === null && signalCode === null) send(pid, signal)
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    // ESRCH: it has ended. EPERM: it runs as another user; macOS says so of a group that has ended, too.
    if (!['ESRCH', 'EPERM'].includes(codeOf(error) ?? '')) throw error
  }
}

/** Closes our ends of its pipes, which a daemon may hold open, and no longer waits for it. */
function letGo(child: ChildProcess): void {
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy()
  child.unref()
}
