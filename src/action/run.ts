import { homedir, tmpdir } from 'node:os'
import { basename } from 'node:path'
import * as core from '@actions/core'
import { parseInputs } from '../publish/inputs/inputs.ts'
import { removeLeftFolder } from '../publish/private-folder.ts'
import { errorOf } from '../publish/publication.ts'
import { reportErrors, reportFailure } from '../publish/report.ts'
import { runRequest } from '../publish/run.ts'
import { surviveBrokenOutput } from '../shared/broken-output.ts'
import type { Logger } from '../shared/logger.ts'
import { keepRunnerTokens } from '../shared/runner-tokens.ts'
import { elapsedSeconds } from '../shared/seconds.ts'
import { SecretKeeper } from '../shared/secret-keeper.ts'
import { annotate } from './annotations.ts'
import { declareArtifacts } from './artifacts.ts'
import { readInputs } from './inputs.ts'
import { cleaner, workflowLogger } from './logger.ts'
import { Markup } from './markup.ts'
import { writeOutputs } from './outputs.ts'
import { guardStandardOutput } from './standard-output.ts'
import { writeStepSummary } from './step-summary.ts'
import { summaryOf, summaryOfFailure } from './summary.ts'

const STATE_IS_POST = 'isPost'
const STATE_FOLDER = 'folder'

/** Runs the main step, or the post step of the same job. Returns the exit code; never throws. */
export async function runAction(): Promise<number> {
  surviveBrokenOutput()
  guardStandardOutput()
  const secrets = new SecretKeeper(core.setSecret)
  const logger = workflowLogger(secrets)
  keepRunnerTokens(process.env, secrets)
  try {
    return core.getState(STATE_IS_POST) === '' ? await runMain(secrets, logger) : await runPost()
  } catch (error) {
    return reportFailure(error, logger)
  } finally {
    secrets.wipe()
  }
}

async function runMain(secrets: SecretKeeper, logger: Logger): Promise<number> {
  core.saveState(STATE_IS_POST, 'true')
  // Overwritten by the results of the run; what fails before leaves an empty list.
  core.setOutput('results', '[]')
  const markup = new Markup(cleaner(secrets))
  try {
    return await publish(secrets, logger, markup)
  } catch (error) {
    await writeStepSummary(summaryOfFailure(errorOf(error), markup), logger)
    throw error
  }
}

async function publish(secrets: SecretKeeper, logger: Logger, markup: Markup): Promise<number> {
  const started = performance.now()
  const request = parseInputs(await readInputs(secrets))
  const outcomes = await runRequest(request, {
    environment: process.env,
    homeFolder: homedir(),
    secrets,
    logger,
    temporaryFolder: temporaryFolder(),
    folderMade: (folder) => core.saveState(STATE_FOLDER, basename(folder))
  })
  const publications = outcomes.map(({ publication }) => publication)
  const report = { ...request, outcomes, seconds: elapsedSeconds(started) }
  writeOutputs(publications, secrets, logger)
  await writeStepSummary(summaryOf(report, markup), logger)
  await declareArtifacts(publications, secrets, logger)
  annotate(outcomes, request.dryRun, logger)
  return reportErrors(outcomes, logger)
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
