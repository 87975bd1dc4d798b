import { EXIT_CODES } from './failure.ts'

const INTERRUPTED: readonly number[] = [EXIT_CODES.sighup, EXIT_CODES.sigint, EXIT_CODES.sigterm]

/** Ends the process with `exitCode`: at once after a signal, since work may be under way that cannot be stopped. */
export function endProcess(exitCode: number): void {
  process.exitCode = exitCode
  if (INTERRUPTED.includes(exitCode)) process.exit()
}
