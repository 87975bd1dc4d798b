import { stat } from 'node:fs/promises'
import * as core from '@actions/core'
import { messageOf } from '../shared/failure.ts'
import { within } from '../shared/interruption.ts'
import type { Logger } from '../shared/logger.ts'
import { wantsSummary } from './inputs.ts'

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
      logger.warning('The summary is not written, for it would be over the 1 MiB of a step.')
      return
    }
    await within(core.summary.addRaw(content, true).write(), LONGEST_MS)
  } catch (error) {
    logger.warning(`The summary cannot be written: ${messageOf(error)}.`)
  }
}
