import { statSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { registerSecrets, type SecretInputs } from '../inputs/secret-inputs.ts'
import { Failure } from '../shared/failure.ts'
import { readFault, readInputFile, readStandardInput } from '../shared/input-file.ts'
import type { SecretRegistry } from '../shared/secret-registry.ts'
import { textOf } from '../shared/secret-text.ts'

type Flags = ReadonlyMap<string, string>

const PASSWORD = 'PUBLISH_HELM_CHART_PASSWORD'
const IDENTITY_TOKEN = 'PUBLISH_HELM_CHART_IDENTITY_TOKEN'
const KEY_PASSPHRASE = 'PUBLISH_HELM_CHART_CLIENT_KEY_PASSPHRASE'

/**
 * The secrets from standard input, files and the environment, which they leave; a flag beats the
 * environment. None is ever an argument.
 * @throws Failure usage, when the password has several sources, or one cannot be read
 */
export async function readSecrets(
  flags: Flags,
  secrets: SecretRegistry,
  signal: AbortSignal
): Promise<SecretInputs> {
  const variables = {
    password: take(PASSWORD),
    identityToken: take(IDENTITY_TOKEN),
    passphrase: take(KEY_PASSPHRASE)
  }
  const file = async (name: string) => {
    const path = flags.get(name)
    return path === undefined ? undefined : readText(readInputFile(path, { signal }), `--${name}`)
  }
  const texts = {
    password: await readPassword(flags, variables.password, signal),
    'identity-token': (await file('identity-token-file')) ?? variables.identityToken,
    'registry-auth': await file('registry-auth-file'),
    'client-key': keyFile(flags),
    'client-key-passphrase': (await file('client-key-passphrase-file')) ?? variables.passphrase
  }
  return registerSecrets(texts, secrets, signal)
}

/** The key is given as a path; an argument that is the key itself can be seen by others. */
function keyFile(flags: Flags): string | undefined {
  const path = flags.get('client-key')
  if (!path?.includes('-----BEGIN ')) return path
  const message =
    'The key stands in --client-key: arguments can be seen by every user of the machine.'
  throw new Failure('usage', { message, fix: 'Name the file of the key.' })
}

async function readPassword(
  flags: Flags,
  variable: string | undefined,
  signal: AbortSignal
): Promise<string | undefined> {
  const file = flags.get('password-file')
  if (flags.get('password-stdin') !== 'true') {
    if (file === undefined) return variable
    return readText(readInputFile(file, { signal }), '--password-file')
  }
  if (file !== undefined || variable)
    throw ambiguous(file === undefined ? PASSWORD : '--password-file')
  return readText(readStandardInput({ signal }), '--password-stdin')
}

/** @throws Failure usage, when the variable holds the path of a file: it would be sent in place of the secret */
function take(name: string): string | undefined {
  const value = process.env[name]
  delete process.env[name]
  if (value === undefined || !isAbsolute(value)) return value
  if (!statSync(value, { throwIfNoEntry: false })?.isFile()) return value
  const message = `${name} holds the path of a file, as GitLab's variables of the type "file" do.`
  const fix = 'Name that file in the flag for it (such as --password-file), or change the type.'
  throw new Failure('usage', { message, fix })
}

/** The content of a source as text; what was read of it is overwritten. */
async function readText(source: Promise<Buffer>, flag: string): Promise<string> {
  const bytes = await source.catch((error: unknown) => {
    if (error instanceof Failure) throw error
    const message = `${flag} cannot be read: ${readFault(error)}.`
    throw new Failure('usage', { message, fix: 'Give a source that can be read.' }, error)
  })
  return textOf(bytes)
}

function ambiguous(other: string): Failure {
  const message = `The password comes from --password-stdin and from ${other} at once.`
  return new Failure('usage', { message, fix: 'Give one of them.' })
}
