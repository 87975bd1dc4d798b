import * as core from '@actions/core'
import { keepInputLogins } from '../publish/inputs/input-logins.ts'
import { INPUT_NAMES, type InputName } from '../publish/inputs/input-names.ts'
import type { Inputs } from '../publish/inputs/inputs.ts'
import { readPemFiles } from '../publish/inputs/pem-files.ts'
import { keepSecrets, SECRET_NAMES, type SecretName } from '../publish/inputs/secret-inputs.ts'
import type { Problem } from '../shared/failure.ts'
import type { SecretKeeper } from '../shared/secret-keeper.ts'

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
  return [{ message: `\`summary\` is "${text}".`, fix: 'Set it to true or false.' }]
}

/**
 * Reads the inputs, the secrets first: they are masked before anything is printed, and leave the environment.
 * @throws Failure usage, when `registry-auth` cannot be parsed, or a file of a key not be read
 */
export async function readInputs(secrets: SecretKeeper, signal: AbortSignal): Promise<Inputs> {
  const secret = (name: SecretName) => core.getInput(name, { trimWhitespace: false })
  const given = {
    password: secret('password'),
    'identity-token': secret('identity-token'),
    'registry-auth': secret('registry-auth'),
    'client-key': secret('client-key'),
    'client-key-passphrase': secret('client-key-passphrase')
  }
  for (const name of SECRET_NAMES) delete process.env[`INPUT_${name.toUpperCase()}`]
  const kept = await keepSecrets(given, secrets, signal)
  const texts = Object.fromEntries(
    INPUT_NAMES.filter(isGiven).map((name) => [name, core.getInput(name)])
  )
  keepInputLogins(texts, secrets)
  return { texts: await readPemFiles(texts, signal), problems: summaryProblems(), ...kept }
}
