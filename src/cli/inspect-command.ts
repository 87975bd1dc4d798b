import { readPemFiles } from '../publish/inputs/pem-files.ts'
import { type InspectOutcome, inspectAll } from '../publish/inspect/inspect.ts'
import type { Inspection } from '../publish/inspect/inspection.ts'
import { type InspectRequest, parseInspectRequest } from '../publish/inspect/request.ts'
import { errorOf } from '../publish/publication.ts'
import { reportFailure } from '../publish/report.ts'
import { homeFolder } from '../shared/home.ts'
import { FACE_GRACE_MS, untilInterrupted } from '../shared/interruption.ts'
import { printable } from '../shared/printable.ts'
import { SecretKeeper } from '../shared/secret-keeper.ts'
import { INSPECT_FLAGS } from './flags.ts'
import { terminalLogger } from './logger.ts'
import { hasSwitch, parseFlags } from './parse-flags.ts'
import { jsonResult } from './result.ts'
import type { Means, Terminal } from './run.ts'
import { readSecrets } from './secrets.ts'

/** Runs `inspect`: prints what is to be said of every input that could be read, and logs why others could not. */
export async function runInspect(
  args: readonly string[],
  { print, signal }: Terminal
): Promise<number> {
  const secrets = new SecretKeeper(() => undefined)
  const logger = terminalLogger(secrets, hasSwitch(args, 'debug'))
  const json = hasSwitch(args, 'json')
  try {
    const run = inspect(args, { secrets, logger, signal })
    const outcome = await untilInterrupted(run, signal, FACE_GRACE_MS)
    print(json ? jsonOf(outcome, secrets) : textOf(outcome, secrets))
    for (const error of outcome.errors) reportFailure(error, logger)
    return outcome.exitCode
  } catch (error) {
    if (json) print(jsonResult(secrets, [], errorOf(error)))
    return reportFailure(error, logger)
  } finally {
    secrets.wipe()
  }
}

async function inspect(args: readonly string[], means: Means): Promise<InspectOutcome> {
  const request = await readRequest(args, means)
  return inspectAll(request, {
    ...means,
    environment: process.env,
    homeFolder: homeFolder()
  })
}

async function readRequest(
  args: readonly string[],
  { secrets, signal }: Means
): Promise<InspectRequest> {
  const { positionals, values } = parseFlags(args, INSPECT_FLAGS)
  const texts = {
    username: process.env['PUBLISH_HELM_CHART_USERNAME'] ?? '',
    ...Object.fromEntries(values)
  }
  return parseInspectRequest({
    inputs: positionals,
    texts: await readPemFiles(texts, signal),
    secrets: await readSecrets(values, secrets, signal),
    requireGenuine: values.get('require-genuine')
  })
}

function jsonOf({ inspections, errors }: InspectOutcome, secrets: SecretKeeper): string {
  const [first] = errors
  return jsonResult(secrets, inspections, first === undefined ? null : errorOf(first))
}

function textOf({ inspections }: InspectOutcome, secrets: SecretKeeper): string {
  return inspections
    .flatMap(linesOf)
    .map((line) => `${printable(secrets.redact(line))}\n`)
    .join('')
}

function linesOf(inspection: Inspection): readonly string[] {
  const { input, verdict, problems, name, version, digest } = inspection
  const facts = [name, version, digest].filter((fact) => fact !== null).join(' ')
  const problemLines = problems.flatMap(({ code, severity, message, fix }, index) => {
    const line = `  ${severity} ${code}: ${message}`
    return problems[index + 1]?.fix === fix ? [line] : [line, `    Fix: ${fix}`]
  })
  return [[verdict.padEnd(8), input, facts].join('  ').trimEnd(), ...problemLines]
}
