import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import * as core from '@actions/core'
import { codeOf, Failure, messageOf } from '../shared/failure.ts'
import { within } from '../shared/interruption.ts'
import type { Logger } from '../shared/logger.ts'
import { wantsSummary } from './inputs.ts'

/**
 * Checks, before anything is done, that a file can be written through which outputs or state reach the runner.
 * @actions/core writes to it synchronously: a pipe without a reader would stop the process, with all of its signals.
 * @throws Failure usage
 */
export async function requireCommandFile(name: 'GITHUB_OUTPUT' | 'GITHUB_STATE'): Promise<void> {
  const path = process.env[name]
  const fault = path ? await faultOf(path) : undefined
  if (fault === undefined) return
  const message = `The file in ${name}, "${path}", cannot be written: ${fault}.`
  throw new Failure('usage', { message, fix: `Unset ${name}, or name a file in it.` })
}

async function faultOf(path: string): Promise<string | undefined> {
  try {
    await access(path, constants.W_OK)
    const found = await stat(path)
    // Devices such as /dev/null and /dev/stdout serve those who run the action by hand.
    const isWritable = found.isFile() || found.isCharacterDevice() || path.startsWith('/dev/')
    return isWritable ? undefined : 'it is not a regular file'
  } catch (error) {
    return codeOf(error) ?? String(error)
  }
}

/** Of the file of a step (actions/runner, CreateStepSummaryCommand); a larger one is refused as a whole. */
const LIMIT_BYTES = 1024 * 1024
/** For a file on a disk of the runner. */
const LONGEST_MS = 5000

/**
 * Adds to the summary of the step, where the runner offers one and `summary` wants it. A summary never fails a
 * run: what keeps it from being written is a warning.
 */
export async function writeStepSummary(content: string, logger: Logger): Promise<void> {
  const path = process.env['GITHUB_STEP_SUMMARY']
  if (!path || !wantsSummary()) return
  try {
    const found = await stat(path)
    // Opening a pipe for writing waits for its reader.
    if (!found.isFile()) throw new Error(`"${path}" is not a regular file`)
    if (found.size + Buffer.byteLength(content) + 1 > LIMIT_BYTES) {
      logger.warning(
        'The summary is not written, because it would be larger than the 1 MiB that a step may write.'
      )
      return
    }
    await within(core.summary.addRaw(content, true).write(), LONGEST_MS)
  } catch (error) {
    logger.warning(`The summary cannot be written: ${messageOf(error)}.`)
  }
}
