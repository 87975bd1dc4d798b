import { tmpdir } from 'node:os'
import { basename } from 'node:path'
import * as core from '@actions/core'
import { parseInputs } from '../publish/inputs.ts'
import { removeLeftFolder } from '../publish/private-folder.ts'
import type { Outcome } from '../publish/publish.ts'
import { failureText, resultLines, traceOf } from '../publish/report.ts'
import { runRequest } from '../publish/run.ts'
import { exitCodeOf } from '../shared/failure.ts'
import { printable } from '../shared/printable.ts'
import { SecretKeeper } from '../shared/secret-keeper.ts'
import { readInputs } from './inputs.ts'
import { workflowLogger } from './logger.ts'
import { writeOutputs } from './outputs.ts'

const STATE_IS_POST = 'isPost'
const STATE_FOLDER = 'folder'

/** Runs the main step, or the post step of the same job. Returns the exit code; never throws. */
export async function runAction(): Promise<number> {
  const secrets = new SecretKeeper(core.setSecret)
  try {
    return core.getState(STATE_IS_POST) === '' ? await runMain(secrets) : await runPost()
  } catch (error) {
    core.setOutput('results', '[]')
    return fail(error, secrets)
  } finally {
    secrets.wipe()
  }
}

async function runMain(secrets: SecretKeeper): Promise<number> {
  core.saveState(STATE_IS_POST, 'true')
  const request = parseInputs(readInputs(secrets))
  const outcome = await runRequest(request, {
    environment: process.env,
    secrets,
    logger: workflowLogger(secrets),
    temporaryFolder: temporaryFolder(),
    folderMade: (folder) => core.saveState(STATE_FOLDER, basename(folder))
  })
  return finish(outcome, secrets)
}

function finish({ publication, error }: Outcome, secrets: SecretKeeper): number {
  writeOutputs(publication, secrets)
  if (publication.status === 'failed') return fail(error, secrets)
  for (const line of resultLines(publication)) core.info(printable(secrets.redact(line)))
  return 0
}

function fail(error: unknown, secrets: SecretKeeper): number {
  for (const line of traceOf(error)) core.debug(printable(secrets.redact(line)))
  core.error(printable(secrets.redact(failureText(error))))
  return exitCodeOf(error)
}

/** Cleans up behind a main step that was killed; a main step that ended has left nothing. */
async function runPost(): Promise<number> {
  const name = core.getState(STATE_FOLDER)
  if (name !== '' && (await removeLeftFolder(temporaryFolder(), name))) {
    core.info('Removed the temporary files of a run that was killed.')
  }
  return 0
}

function temporaryFolder(): string {
  return process.env['RUNNER_TEMP'] || tmpdir()
}
