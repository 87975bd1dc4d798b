import { setTimeout as sleep } from 'node:timers/promises'
import { EXIT_CODES, exitCodeOf, failureIn } from './failure.ts'
import { FACE_GRACE_MS, untilInterrupted, watchInterruption } from './interruption.ts'
import { killAll } from './kill-process.ts'

/** For a face to report. All in all less than the 7.5 s that GitHub's runner waits after SIGINT. */
const REPORT_MS = 1500
/** For threads and output to finish before the process ends. */
const FINISH_MS = 500
const PAUSE_MS = 10
/** What is left of a run that has ended: connections that close. More is a child of a library that hangs. */
const LINGER_MS = 3000

/** The signals whose default action ends a process with the same exit code as the shell sees it. */
const SIGNALS: ReadonlyMap<number, NodeJS.Signals> = new Map([
  [EXIT_CODES.sighup, 'SIGHUP'],
  [EXIT_CODES.sigint, 'SIGINT'],
  [EXIT_CODES.sigterm, 'SIGTERM']
])

/**
 * Runs a face to its end, and the process with it. The exit code is 1 until the face gives another one: whatever ends
 * the process before, it is never taken for a success. `signal` aborts when the face is to end early.
 */
export async function runToEnd(face: (signal: AbortSignal) => Promise<number>): Promise<void> {
  process.exitCode = 1
  const { signal, dispose } = watchInterruption()
  const exitCode = await untilInterrupted(face(signal), signal, FACE_GRACE_MS + REPORT_MS).catch(
    reportLast
  )
  dispose()
  process.exitCode = exitCode
  if (SIGNALS.has(exitCode)) await leave(exitCode)
  else linger(exitCode)
}

/** Nobody's output is cut off: whoever reads it slowly holds the process up, and can end it by a signal. */
function linger(exitCode: number): void {
  setTimeout(() => {
    if (hasOutput()) linger(exitCode)
    else void leave(exitCode)
  }, LINGER_MS).unref()
}

/** The report of a face that did not get to its own. An error that is not a failure may hold secrets: it is not shown. */
function reportLast(error: unknown): number {
  const { message, fix } = failureIn(error) ?? {
    message: 'Unexpected error.',
    fix: 'Run it again.'
  }
  process.stderr.write(`Error: ${message}\n  Fix: ${fix}\n`)
  return exitCodeOf(error)
}

/**
 * Ends the process, whatever still runs in it. `process.exit` waits for Node's threads, of which one may hang in a read
 * or in a look-up of a name: then a signal takes its place.
 */
async function leave(exitCode: number): Promise<void> {
  const latest = performance.now() + FINISH_MS
  while (isBusy() && performance.now() < latest) await sleep(PAUSE_MS)
  killAll()
  if (!usesThreads()) process.exit(exitCode)
  process.kill(process.pid, SIGNALS.get(exitCode) ?? 'SIGKILL')
}

function isBusy(): boolean {
  return usesThreads() || hasOutput()
}

function hasOutput(): boolean {
  return process.stdout.writableLength + process.stderr.writableLength > 0
}

/** `FSReqPromise`, `FSReqCallback`, `GetAddrInfoReqWrap` and the like are requests that a thread works on. */
function usesThreads(): boolean {
  return process.getActiveResourcesInfo().some((name) => /Req/.test(name))
}
