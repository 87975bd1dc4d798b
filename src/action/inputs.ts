import * as core from '@actions/core'
import { INPUT_NAMES } from '../publish/input-names.ts'
import type { Inputs } from '../publish/inputs.ts'
import type { SecretKeeper } from '../shared/secret-keeper.ts'

// Tokens that the runner gives to every JavaScript action; no child of ours needs them.
const RUNNER_TOKENS = ['ACTIONS_RUNTIME_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN']

/** Reads the inputs, the password first: it is masked before anything is printed, and leaves the environment. */
export function readInputs(secrets: SecretKeeper): Inputs {
  const password = core.getInput('password', { trimWhitespace: false }).replace(/[\r\n]+$/, '')
  const secret = password === '' ? undefined : secrets.keep(password)
  for (const name of ['INPUT_PASSWORD', ...RUNNER_TOKENS]) delete process.env[name]
  const texts = Object.fromEntries(INPUT_NAMES.map((name) => [name, core.getInput(name)]))
  return { texts, password: secret }
}
