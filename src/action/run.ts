import { tmpdir } from 'node:os'
import { basename } from 'node:path'
import * as core from '@actions/core'
import { parseInputs } from '../inputs/inputs.ts'
import type { Status } from '../publish/model/publication.ts'
import { publicationJson } from '../publish/model/publication-json.ts'
import { problemsOf } from '../publish/report/group-errors.ts'
import { reportErrors, reportFailure, reportVerifyCommands } from '../publish/report/report.ts'
import { closingLine } from '../publish/report/summary-title.ts'
import { runRequest } from '../publish/run.ts'
import { homeFolder } from '../shared/environment.ts'
import { elapsedSeconds } from '../shared/format.ts'
import { FACE_GRACE_MS, untilInterrupted } from '../shared/interruption.ts'
import type { Logger } from '../shared/logger.ts'
import { removeLeftFolder } from '../shared/private-folder.ts'
import { dropRelativeFolders } from '../shared/program.ts'
import { registerRunnerTokens } from '../shared/runner-tokens.ts'
import { SecretRegistry, TOO_SHORT } from '../shared/secret-registry.ts'
import { surviveBrokenOutput } from '../shared/standard-output.ts'
import { type IdentitySources, takeIdentitySources } from '../sigstore/identity-sources.ts'
import { annotate } from './annotations.ts'
import { declareArtifacts } from './artifacts.ts'
import { requireCommandFile, writeStepSummary } from './command-files.ts'
import { Markup } from './html.ts'
import { readInputs } from './inputs.ts'
import { cleaner, workflowLogger } from './logger.ts'
import { writeOutputs } from './outputs.ts'
import { guardStandardOutput } from './standard-output.ts'
import { summaryOf, summaryOfFailure } from './summary.ts'

const STATE_IS_POST = 'isPost'
const STATE_FOLDER = 'folder'

/** Runs the main step, or the post step of the same job, until `signal` aborts. Returns the exit code. */
export async function runAction(signal: AbortSignal): Promise<number> {
  surviveBrokenOutput()
  const secrets = new SecretRegistry(core.setSecret, () => logger.warning(TOO_SHORT))
  guardStandardOutput(secrets)
  const logger = workflowLogger(secrets)
  const identity = takeIdentitySources(process.env, secrets)
  registerRunnerTokens(process.env, secrets)
  dropRelativeFolders(process.env)
  try {
    if (core.getState(STATE_IS_POST) !== '') return await runPost()
    return await runMain({ secrets, logger, signal, identity })
  } catch (error) {
    return reportFailure(error, logger)
  } finally {
    secrets.wipe()
  }
}

interface Means {
  readonly identity: IdentitySources
  readonly secrets: SecretRegistry
  readonly logger: Logger
  readonly signal: AbortSignal
}

async function runMain(means: Means): Promise<number> {
  await requireCommandFile('GITHUB_OUTPUT')
  // Overwritten by the results of the run; what fails before leaves these.
  core.setOutput('results', '[]')
  core.setOutput('status', 'failed' satisfies Status)
  await requireCommandFile('GITHUB_STATE')
  core.saveState(STATE_IS_POST, 'true')
  const markup = new Markup(cleaner(means.secrets))
  try {
    return await untilInterrupted(publish(means, markup), means.signal, FACE_GRACE_MS)
  } catch (error) {
    await writeStepSummary(summaryOfFailure(problemsOf(error), markup), means.logger)
    throw error
  }
}

async function publish(means: Means, markup: Markup): Promise<number> {
  const { secrets, logger, signal } = means
  const started = performance.now()
  const request = parseInputs(await readInputs(secrets, signal))
  const publications = await runRequest(request, {
    ...means,
    environment: process.env,
    homeFolder: homeFolder(),
    temporaryFolder: temporaryFolder(),
    folderMade: (folder) => core.saveState(STATE_FOLDER, basename(folder))
  })
  const { dryRun, plainHttpHosts, unverifiedHosts, trust } = request
  const seconds = elapsedSeconds(started)
  const report = { publications, dryRun, plainHttpHosts, unverifiedHosts, trust, seconds }
  const outputsCode = writeOutputs(publications.map(publicationJson), secrets, logger)
  await writeStepSummary(summaryOf(report, markup), logger)
  await declareArtifacts(publications, secrets, logger)
  annotate(publications, dryRun, logger)
  reportVerifyCommands(publications, request, logger)
  const exitCode = reportErrors(publications, logger)
  logger.info(closingLine(publications, { dryRun, seconds: elapsedSeconds(started) }))
  return exitCode || outputsCode
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
