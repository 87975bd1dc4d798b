import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { InputName } from '../publish/inputs/input-names.ts'
import { type Inputs, parseInputs } from '../publish/inputs/inputs.ts'
import type { Outcome } from '../publish/outcome.ts'
import { errorOf } from '../publish/publication.ts'
import { reportErrors, reportFailure, reportResults } from '../publish/report.ts'
import { runRequest } from '../publish/run.ts'
import { Failure } from '../shared/failure.ts'
import type { Logger } from '../shared/logger.ts'
import { keepRunnerTokens } from '../shared/runner-tokens.ts'
import { SecretKeeper } from '../shared/secret-keeper.ts'
import { FLAGS, PACKAGE_FLAGS } from './flags.ts'
import { terminalLogger } from './logger.ts'
import { hasSwitch, type ParsedFlags, parseFlags } from './parse-flags.ts'
import { jsonResult, textResult } from './result.ts'
import { readSecrets } from './secrets.ts'

/** Runs `publish` or `package`; any other command is a usage error. Prints the result alone, in text or JSON. */
export async function runPublish(
  command: string | undefined,
  args: readonly string[],
  print: (text: string) => void
): Promise<number> {
  const secrets = new SecretKeeper(() => undefined)
  keepRunnerTokens(process.env, secrets)
  const logger = terminalLogger(secrets, hasSwitch(args, 'debug'))
  const json = hasSwitch(args, 'json')
  try {
    const outcomes = await runCharts(readCommand(command, args), secrets, logger)
    const publications = outcomes.map(({ publication }) => publication)
    reportResults(outcomes, logger)
    const exitCode = reportErrors(outcomes, logger)
    print(json ? jsonResult(secrets, publications) : publications.map(textResult).join(''))
    return exitCode
  } catch (error) {
    if (json) print(jsonResult(secrets, [], errorOf(error)))
    return reportFailure(error, logger)
  } finally {
    secrets.wipe()
  }
}

function readCommand(command: string | undefined, args: readonly string[]): ParsedFlags {
  if (command !== 'publish' && command !== 'package') {
    throw new Failure('usage', {
      message: noCommand(command),
      fix: 'See `publish-helm-chart help`.'
    })
  }
  const flags = parseFlags(args, command === 'publish' ? FLAGS : PACKAGE_FLAGS)
  if (command === 'publish' && !flags.values.get('registry')) {
    const fix = 'Give --registry oci://HOST/PATH; to keep the archive only, use `package`.'
    throw new Failure('usage', { message: '`publish` needs a registry.', fix })
  }
  return flags
}

function noCommand(command: string | undefined): string {
  if (command === undefined) return 'No command is given.'
  if (command === 'version') return '`version` takes no arguments.'
  return `There is no command "${command}".`
}

async function runCharts(
  flags: ParsedFlags,
  secrets: SecretKeeper,
  logger: Logger
): Promise<readonly Outcome[]> {
  const request = parseInputs(await readInputs(flags, secrets))
  return runRequest(request, {
    environment: toolEnvironment(),
    homeFolder: homedir(),
    secrets,
    logger,
    temporaryFolder: tmpdir(),
    folderMade: () => undefined
  })
}

async function readInputs(
  { values, positionals }: ParsedFlags,
  secrets: SecretKeeper
): Promise<Inputs> {
  const kept = await readSecrets(values, secrets)
  const texts: Partial<Record<InputName, string>> = {
    username: process.env['PUBLISH_HELM_CHART_USERNAME'] ?? '',
    ...Object.fromEntries(values),
    chart: positionals.join('\n')
  }
  return { texts, ...kept }
}

/** The environment with what `@actions/tool-cache` expects of a runner: a place to keep downloads. */
function toolEnvironment(): NodeJS.ProcessEnv {
  process.env['RUNNER_TOOL_CACHE'] ??= join(
    process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'),
    'publish-helm-chart'
  )
  return process.env
}
