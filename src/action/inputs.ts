import * as core from '@actions/core'
import { registerInputLogins } from '../inputs/input-logins.ts'
import { INPUT_NAMES, type InputName } from '../inputs/input-names.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { readPemFiles } from '../inputs/pem-files.ts'
import { registerSecrets, SECRET_NAMES, type SecretName } from '../inputs/secret-inputs.ts'
import type { Problem } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import type { SecretRegistry } from '../shared/secret-registry.ts'

/** The inputs that the command has no flags for, in the order of action.yml. */
export const ACTION_INPUT_NAMES = ['summary'] as const

/** Whether a job summary is to be written: unless `summary` says no, so that it can tell of wrong inputs too. */
export function wantsSummary(): boolean {
  return core.getInput('summary').toLowerCase() !== 'false'
}

/** An input that is set to an empty text says something else than one that is not set at all. */
function isGiven(name: InputName): boolean {
  return process.env[`INPUT_${name.toUpperCase()}`] !== undefined
}

function summaryProblems(): readonly Problem[] {
  const text = core.getInput('summary')
  if (/^(?:true|false|)$/i.test(text)) return []
  return [{ message: `${input('summary')} is "${text}".`, fix: 'Set it to true or false.' }]
}

/**
 * Reads the inputs, the secrets first: they are masked before anything is printed, and leave the environment.
 * @throws Failure usage, when `registry-auth` cannot be parsed, or a file of a key not be read
 */
export async function readInputs(secrets: SecretRegistry, signal: AbortSignal): Promise<Inputs> {
  const secret = (name: SecretName) => core.getInput(name, { trimWhitespace: false })
  const given = {
    password: secret('password'),
    'identity-token': secret('identity-token'),
    'registry-auth': secret('registry-auth'),
    'client-key': secret('client-key'),
    'client-key-passphrase': secret('client-key-passphrase')
  }
  for (const name of SECRET_NAMES) delete process.env[`INPUT_${name.toUpperCase()}`]
  const kept = await registerSecrets(given, secrets, signal)
  const texts = Object.fromEntries(
    INPUT_NAMES.filter(isGiven).map((name) => [name, core.getInput(name)])
  )
  registerInputLogins(texts, secrets)
  return { texts: await readPemFiles(texts, signal), problems: summaryProblems(), ...kept }
}
