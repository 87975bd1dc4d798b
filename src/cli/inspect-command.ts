import { parseInspectRequest } from '../inputs/inspect-inputs.ts'
import { type InspectOutcome, inspectAll } from '../inspect/inspect.ts'
import type { Inspection, InspectRequest } from '../inspect/inspection.ts'
import { errorJson } from '../publish/model/publication-json.ts'
import { reportFailure } from '../publish/report/report.ts'
import { homeFolder } from '../shared/environment.ts'
import { EXIT_CODES } from '../shared/failure.ts'
import { plural } from '../shared/format.ts'
import { FACE_GRACE_MS, untilInterrupted } from '../shared/interruption.ts'
import { printable } from '../shared/printable.ts'
import type { SecretRegistry } from '../shared/secret-registry.ts'
import { parseAttended } from './attended.ts'
import { openTerminal } from './logger.ts'
import { hasSwitch } from './parse-flags.ts'
import { readArguments } from './read-arguments.ts'
import { jsonInspections } from './result.ts'
import type { Means, Terminal } from './terminal.ts'

/** Runs `inspect`: prints what is to be said of every input that could be read, and logs why others could not. */
export async function runInspect(
  args: readonly string[],
  { print, signal }: Terminal
): Promise<number> {
  const { secrets, logger } = openTerminal(args)
  const json = hasSwitch(args, 'json')
  try {
    const run = inspect(args, { secrets, logger, signal })
    const { request, outcome } = await untilInterrupted(run, signal, FACE_GRACE_MS)
    print(json ? jsonOf(outcome, secrets) : textOf(outcome, secrets))
    for (const error of outcome.errors) reportFailure(error, logger)
    for (const line of verdictLines(outcome, request)) logger.info(line)
    return outcome.exitCode
  } catch (error) {
    if (json) print(jsonInspections(secrets, [], errorJson(error)))
    return reportFailure(error, logger)
  } finally {
    secrets.wipe()
  }
}

async function inspect(
  args: readonly string[],
  means: Means
): Promise<{ readonly request: InspectRequest; readonly outcome: InspectOutcome }> {
  const request = await readRequest(args, means)
  const surroundings = { ...means, environment: process.env, homeFolder: homeFolder() }
  return { request, outcome: await inspectAll(request, surroundings) }
}

async function readRequest(args: readonly string[], means: Means): Promise<InspectRequest> {
  const { positionals: inputs, texts, secrets: read } = await readArguments('inspect', args, means)
  return parseAttended(read, (secrets) => parseInspectRequest({ inputs, texts, secrets }), means)
}

function jsonOf({ inspections, errors }: InspectOutcome, secrets: SecretRegistry): string {
  const [first] = errors
  return jsonInspections(secrets, inspections, first === undefined ? null : errorJson(first))
}

function textOf({ inspections }: InspectOutcome, secrets: SecretRegistry): string {
  return inspections
    .flatMap((inspection) => [
      factsLine(inspection, secrets),
      ...dependencyLines(inspection, secrets),
      ...problemLines(inspection, secrets)
    ])
    .map((line) => `${printable(line)}\n`)
    .join('')
}

function factsLine(inspection: Inspection, secrets: SecretRegistry): string {
  const { input, verdict, name, version, digest } = inspection
  const names = secrets.redactPath([name, version].filter((fact) => fact !== null).join(' '))
  const facts = [names, digest].filter(Boolean).join(' ')
  return [verdict.padEnd(8), secrets.redactPath(input), facts].join('  ').trimEnd()
}

function dependencyLines({ dependencies }: Inspection, secrets: SecretRegistry): readonly string[] {
  return (dependencies ?? []).map(({ name, version, repository, status, message }) => {
    const place = [version, repository].filter(Boolean).join(', ')
    return `  ${status.padEnd(10)} ${secrets.redact(`${name}${place ? ` (${place})` : ''}: ${message}`)}`
  })
}

/** What the verdicts mean for the exit code. */
function verdictLines(
  { inspections }: InspectOutcome,
  { requireGenuine }: InspectRequest
): readonly string[] {
  const countOf = (wanted: Inspection['verdict']) => {
    const count = inspections.filter(({ verdict, dependencies }) => {
      // A directory is packaged by helm when it is published.
      return verdict === wanted && (wanted === 'refused' || !dependencies)
    }).length
    return count === 0 ? undefined : `${count} of ${plural(inspections.length, 'input')}`
  }
  const [refused, loadable] = [countOf('refused'), countOf('loadable')]
  return [
    ...(refused ? [`Refused: ${refused}. The exit code for this is ${EXIT_CODES.chart}.`] : []),
    ...(loadable && requireGenuine
      ? [`Loadable: ${loadable}. \`publish\` accepts these only with --require-genuine=false.`]
      : [])
  ]
}

function problemLines({ problems }: Inspection, secrets: SecretRegistry): readonly string[] {
  return problems.flatMap(({ code, severity, message, fix }, index) => {
    const line = `  ${severity} ${code}: ${secrets.redact(message)}`
    return problems[index + 1]?.fix === fix ? [line] : [line, `    Fix: ${secrets.redact(fix)}`]
  })
}
