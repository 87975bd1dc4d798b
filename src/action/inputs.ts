import * as core from '@actions/core'
import { INPUT_NAMES } from '../publish/input-names.ts'
import type { Inputs } from '../publish/inputs.ts'
import { readClientKey } from '../publish/tls-inputs.ts'
import type { Secret } from '../shared/secret.ts'
import type { SecretKeeper } from '../shared/secret-keeper.ts'

// Tokens that the runner gives to every JavaScript action; no child of ours needs them.
const RUNNER_TOKENS = ['ACTIONS_RUNTIME_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN']

/**
 * Reads the inputs, the secrets first: they are masked before anything is printed, and leave the environment.
 * @throws Failure usage, when the file of the client's key cannot be read
 */
export function readInputs(secrets: SecretKeeper): Inputs {
  const password = takeSecret('password', secrets)
  const clientKeyPassphrase = takeSecret('client-key-passphrase', secrets)
  const clientKey = core.getInput('client-key')
  for (const name of ['INPUT_CLIENT-KEY', ...RUNNER_TOKENS]) delete process.env[name]
  const texts = Object.fromEntries(INPUT_NAMES.map((name) => [name, core.getInput(name)]))
  return { texts, password, clientKey: readClientKey(clientKey, secrets), clientKeyPassphrase }
}

/** One secret of a line, without the line end that a file may have brought along. */
function takeSecret(name: string, secrets: SecretKeeper): Secret | undefined {
  const value = core.getInput(name, { trimWhitespace: false }).replace(/[\r\n]+$/, '')
  delete process.env[`INPUT_${name.toUpperCase()}`]
  return value === '' ? undefined : secrets.keep(value)
}
