import { parseVerifyRequest } from '../inputs/verify-inputs.ts'
import { errorJson } from '../publish/model/publication-json.ts'
import { reportFailure } from '../publish/report/report.ts'
import { homeFolder } from '../shared/environment.ts'
import { FACE_GRACE_MS, untilInterrupted } from '../shared/interruption.ts'
import type { SecretRegistry } from '../shared/secret-registry.ts'
import { type VerifyOutcome, verifyAll } from '../verify/verify.ts'
import type { VerifyRequest } from '../verify/verify-request.ts'
import { parseAttended } from './attended.ts'
import { openTerminal } from './logger.ts'
import { hasSwitch } from './parse-flags.ts'
import { readArguments } from './read-arguments.ts'
import { jsonReports } from './result.ts'
import type { Means, Terminal } from './terminal.ts'
import { trustLines } from './trust-text.ts'

/** Runs `verify`: prints what vouches for every reference that could be read, and logs why others could not. */
export async function runVerify(
  args: readonly string[],
  { print, signal }: Terminal
): Promise<number> {
  const { secrets, logger } = openTerminal(args)
  const json = hasSwitch(args, 'json')
  try {
    const outcome = await untilInterrupted(
      verify(args, { secrets, logger, signal }),
      signal,
      FACE_GRACE_MS
    )
    print(json ? jsonOf(outcome, secrets) : textOf(outcome, secrets))
    for (const error of outcome.errors) reportFailure(error, logger)
    return outcome.exitCode
  } catch (error) {
    if (json) print(jsonReports(secrets, [], errorJson(error)))
    return reportFailure(error, logger)
  } finally {
    secrets.wipe()
  }
}

async function verify(args: readonly string[], means: Means): Promise<VerifyOutcome> {
  const request = await readRequest(args, means)
  return verifyAll(request, { ...means, environment: process.env, homeFolder: homeFolder() })
}

async function readRequest(args: readonly string[], means: Means): Promise<VerifyRequest> {
  const {
    positionals: references,
    texts,
    secrets: read
  } = await readArguments('verify', args, means)
  return parseAttended(read, (secrets) => parseVerifyRequest({ references, texts, secrets }), means)
}

function jsonOf({ reports, errors }: VerifyOutcome, secrets: SecretRegistry): string {
  const [first] = errors
  return jsonReports(secrets, reports, first === undefined ? null : errorJson(first))
}

function textOf({ reports }: VerifyOutcome, secrets: SecretRegistry): string {
  return reports
    .flatMap((report) => trustLines(report, secrets).map((line) => `${line}\n`))
    .join('')
}
