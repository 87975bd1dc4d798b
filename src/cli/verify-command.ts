import { registerInputLogins } from '../inputs/input-logins.ts'
import { readPemFiles } from '../inputs/pem-files.ts'
import { parseVerifyRequest } from '../inputs/verify-inputs.ts'
import { errorJson } from '../publish/model/publication-json.ts'
import { reportFailure } from '../publish/report/report.ts'
import { homeFolder } from '../shared/environment.ts'
import { nameInputsBy } from '../shared/input-name.ts'
import { FACE_GRACE_MS, untilInterrupted } from '../shared/interruption.ts'
import type { SecretRegistry } from '../shared/secret-registry.ts'
import { type VerifyOutcome, verifyAll } from '../verify/verify.ts'
import type { VerifyRequest } from '../verify/verify-request.ts'
import { flagsOf, inputNamingOf, otherSources } from './flags.ts'
import { givenTexts } from './given-texts.ts'
import { openTerminal } from './logger.ts'
import { hasSwitch, parseFlags } from './parse-flags.ts'
import { jsonReports } from './result.ts'
import { readSecrets } from './secrets.ts'
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

async function readRequest(
  args: readonly string[],
  { secrets, signal }: Means
): Promise<VerifyRequest> {
  const { positionals, values } = parseFlags(args, flagsOf('verify'), 'verify')
  nameInputsBy(inputNamingOf('verify', otherSources(values, process.env)))
  const texts = givenTexts(values)
  registerInputLogins({ ...texts, chart: positionals.join('\n') }, secrets)
  return parseVerifyRequest({
    references: positionals,
    texts: await readPemFiles(texts, signal),
    secrets: await readSecrets(values, secrets, signal)
  })
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
