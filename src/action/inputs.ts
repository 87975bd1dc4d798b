import * as core from '@actions/core'
import { registerInputLogins } from '../inputs/input-logins.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { readPemFiles } from '../inputs/pem-files.ts'
import { registerSecrets } from '../inputs/secret-inputs.ts'
import { type InputName, SECRET_NAMES, TEXT_NAMES } from '../inputs/table/table.ts'
import { isWithoutSecrets } from '../shared/github-event.ts'
import type { SecretRegistry } from '../shared/secret-registry.ts'

/** Whether a job summary is to be written: unless `summary` says no, so that it can report wrong inputs too. */
export function wantsSummary(): boolean {
  return core.getInput('summary').toLowerCase() !== 'false'
}

/** An input that is set to an empty text says something else than one that is not set at all. */
function isGiven(name: InputName): boolean {
  return process.env[variableOf(name)] !== undefined
}

/** The variable in which the runner hands an input on (actions/runner, Handler.AddInputsToEnvironment). */
function variableOf(name: InputName): string {
  return `INPUT_${name.toUpperCase()}`
}

/**
 * Reads the inputs, the secrets first: they are masked before anything is printed, and leave the environment.
 * @throws Failure usage, when `registry-auth` cannot be parsed, or a file of a key not be read
 */
export async function readInputs(secrets: SecretRegistry, signal: AbortSignal): Promise<Inputs> {
  const given = Object.fromEntries(
    SECRET_NAMES.map((name) => [name, core.getInput(name, { trimWhitespace: false })])
  )
  for (const name of SECRET_NAMES) delete process.env[variableOf(name)]
  const kept = await registerSecrets(given, secrets, signal)
  const texts = Object.fromEntries(
    TEXT_NAMES.filter(isGiven).map((name) => [name, core.getInput(name)])
  )
  registerInputLogins(texts, secrets)
  return {
    texts: await readPemFiles(texts, signal),
    ...kept,
    isWithoutSecrets: await isWithoutSecrets(process.env, signal)
  }
}
