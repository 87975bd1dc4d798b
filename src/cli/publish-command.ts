import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { registerInputLogins } from '../inputs/input-logins.ts'
import { parseInputs } from '../inputs/inputs.ts'
import { readPemFiles } from '../inputs/pem-files.ts'
import type { Publication } from '../publish/model/publication.ts'
import {
  errorJson,
  type PublicationJson,
  publicationJson
} from '../publish/model/publication-json.ts'
import type { PublishRequest } from '../publish/model/request.ts'
import {
  reportErrors,
  reportFailure,
  reportResults,
  reportVerifyCommands
} from '../publish/report/report.ts'
import { closingLine } from '../publish/report/summary-title.ts'
import { runRequest } from '../publish/run.ts'
import { homeFolder } from '../shared/environment.ts'
import { Failure } from '../shared/failure.ts'
import { elapsedSeconds } from '../shared/format.ts'
import { isWithoutSecrets } from '../shared/github-event.ts'
import { nameInputsBy } from '../shared/input-name.ts'
import { FACE_GRACE_MS, untilInterrupted } from '../shared/interruption.ts'
import type { IdentitySources } from '../sigstore/identity-sources.ts'
import { parseAttended } from './attended.ts'
import { commandHint } from './commands.ts'
import { dotenvText } from './dotenv.ts'
import { writeDotenvFile } from './dotenv-file.ts'
import { flagsOf, inputNamingOf, otherSources } from './flags.ts'
import { givenTexts } from './given-texts.ts'
import { openTerminal } from './logger.ts'
import { hasSwitch, type ParsedFlags, parseFlags } from './parse-flags.ts'
import { jsonResult, textResult } from './result.ts'
import { readSecrets } from './secrets.ts'
import type { Means, Terminal } from './terminal.ts'

/** Runs `publish` or `package`; any other command is a usage error. Prints only the result, in text or JSON. */
export async function runPublish(
  command: string | undefined,
  args: readonly string[],
  { print, signal }: Terminal
): Promise<number> {
  const { secrets, logger, identity } = openTerminal(args)
  const json = hasSwitch(args, 'json')
  const started = performance.now()
  try {
    const flags = readCommand(command, args)
    const dotenvFile = flags.values.get('dotenv-file')
    // Before anything is published: what an earlier run left there is not true any more, and that it can be written is known.
    if (dotenvFile !== undefined) await writeDotenvFile(dotenvFile, dotenvText([], secrets).text)
    const run = runCharts(flags, { secrets, logger, signal, identity })
    const { request, publications } = await untilInterrupted(run, signal, FACE_GRACE_MS)
    reportResults(publications, logger)
    reportVerifyCommands(publications, request, logger)
    const exitCode = reportErrors(publications, logger)
    const seconds = elapsedSeconds(started)
    logger.info(closingLine(publications, { dryRun: request.dryRun, seconds }))
    const place = { ociLayout: request.ociLayout, secrets }
    const lines = publications.map((publication) => textResult(publication, place))
    const results = publications.map(publicationJson)
    print(json ? jsonResult(secrets, results) : lines.join(''))
    const written = await saveDotenv(dotenvFile, results, { secrets, logger })
    return exitCode || written
  } catch (error) {
    if (json) print(jsonResult(secrets, [], errorJson(error)))
    return reportFailure(error, logger)
  } finally {
    secrets.wipe()
  }
}

/** Writes the results to the file of --dotenv-file. Returns an exit code. */
async function saveDotenv(
  path: string | undefined,
  results: readonly PublicationJson[],
  { secrets, logger }: Pick<Means, 'secrets' | 'logger'>
): Promise<number> {
  if (path === undefined) return 0
  const { text, warnings } = dotenvText(results, secrets)
  for (const warning of warnings) logger.warning(warning)
  try {
    await writeDotenvFile(path, text)
    return 0
  } catch (error) {
    return reportFailure(error, logger)
  }
}

function readCommand(command: string | undefined, args: readonly string[]): ParsedFlags {
  if (command !== 'publish' && command !== 'package') {
    throw new Failure('usage', {
      message: noCommand(command),
      fix: `${commandHint(command ?? '')}See \`publish-helm-chart help\`.`
    })
  }
  const flags = parseFlags(args, flagsOf(command), command)
  if (command === 'publish' && !flags.values.get('registry')) {
    const fix = 'Give --registry oci://HOST/PATH; to only create the archive, use `package`.'
    throw new Failure('usage', { message: '`publish` needs a registry.', fix })
  }
  nameInputsBy(inputNamingOf(command, otherSources(flags.values, process.env)))
  return flags
}

function noCommand(command: string | undefined): string {
  if (command === undefined) return 'No command was given.'
  if (command === 'version') return '`version` accepts no arguments.'
  return `Unknown command "${command}".`
}

async function runCharts(
  flags: ParsedFlags,
  means: Means & { readonly identity: IdentitySources }
): Promise<{ readonly request: PublishRequest; readonly publications: readonly Publication[] }> {
  const request = await readRequest(flags, means)
  const publications = await runRequest(request, {
    ...means,
    environment: toolEnvironment(),
    homeFolder: homeFolder(),
    temporaryFolder: tmpdir(),
    folderMade: () => undefined
  })
  return { request, publications }
}

async function readRequest(
  { values, positionals }: ParsedFlags,
  means: Means
): Promise<PublishRequest> {
  const { secrets, signal } = means
  const chart = positionals.length > 0 ? { chart: positionals.join('\n') } : {}
  const given = { ...givenTexts(values), ...chart }
  registerInputLogins(given, secrets)
  const read = await readSecrets(values, secrets, signal)
  const texts = await readPemFiles(given, signal)
  const lacksSecrets = await isWithoutSecrets(process.env, signal)
  return parseAttended(
    read,
    (kept) => parseInputs({ texts, ...kept, isWithoutSecrets: lacksSecrets }),
    means
  )
}

/** The environment with what `@actions/tool-cache` expects of a runner: a place for downloads, where there is one. */
function toolEnvironment(): NodeJS.ProcessEnv {
  const home = homeFolder()
  const caches = process.env['XDG_CACHE_HOME'] || (home && join(home, '.cache'))
  if (caches) process.env['RUNNER_TOOL_CACHE'] ??= join(caches, 'publish-helm-chart')
  return process.env
}
