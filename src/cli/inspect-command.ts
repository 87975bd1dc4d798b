import { homedir } from 'node:os'
import { type InspectOutcome, inspectAll } from '../publish/inspect/inspect.ts'
import type { Inspection } from '../publish/inspect/inspection.ts'
import { type InspectRequest, parseInspectRequest } from '../publish/inspect/request.ts'
import { errorOf } from '../publish/publication.ts'
import { reportFailure } from '../publish/report.ts'
import { printable } from '../shared/printable.ts'
import { keepRunnerTokens } from '../shared/runner-tokens.ts'
import { SecretKeeper } from '../shared/secret-keeper.ts'
import { INSPECT_FLAGS } from './flags.ts'
import { terminalLogger } from './logger.ts'
import { hasSwitch, parseFlags } from './parse-flags.ts'
import { jsonResult } from './result.ts'
import { readSecrets } from './secrets.ts'

/** Runs `inspect`: prints what is to be said of every input that could be read, and logs why others could not. */
export async function runInspect(
  args: readonly string[],
  print: (text: string) => void
): Promise<number> {
  const secrets = new SecretKeeper(() => undefined)
  keepRunnerTokens(process.env, secrets)
  const logger = terminalLogger(secrets, hasSwitch(args, 'debug'))
  const json = hasSwitch(args, 'json')
  try {
    const surroundings = { environment: process.env, homeFolder: homedir(), secrets, logger }
    const outcome = await inspectAll(await readRequest(args, secrets), surroundings)
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

async function readRequest(
  args: readonly string[],
  secrets: SecretKeeper
): Promise<InspectRequest> {
  const { positionals, values } = parseFlags(args, INSPECT_FLAGS)
  return parseInspectRequest({
    inputs: positionals,
    texts: {
      username: process.env['PUBLISH_HELM_CHART_USERNAME'] ?? '',
      ...Object.fromEntries(values)
    },
    secrets: await readSecrets(values, secrets),
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
