import { readFile } from 'node:fs/promises'
import { readClientKey } from '../publish/tls-inputs.ts'
import { codeOf, Failure } from '../shared/failure.ts'
import type { Secret } from '../shared/secret.ts'
import type { SecretKeeper } from '../shared/secret-keeper.ts'

const VARIABLE = 'PUBLISH_HELM_CHART_CLIENT_KEY_PASSPHRASE'
const FLAG = 'client-key-passphrase-file'

export interface ClientKey {
  readonly clientKey: Secret | undefined
  readonly clientKeyPassphrase: Secret | undefined
}

/**
 * The private key that --client-key names, and its passphrase from a file or the environment, which it
 * leaves.
 * @throws Failure usage, when a file cannot be read
 */
export async function readKey(
  flags: ReadonlyMap<string, string>,
  secrets: SecretKeeper
): Promise<ClientKey> {
  const variable = process.env[VARIABLE]
  delete process.env[VARIABLE]
  const file = flags.get(FLAG)
  const passphrase = (file === undefined ? variable : await read(file))?.replace(/\r?\n$/, '')
  const clientKeyPassphrase = passphrase ? secrets.keep(passphrase) : undefined
  return { clientKey: readClientKey(keyFile(flags), secrets), clientKeyPassphrase }
}

function keyFile(flags: ReadonlyMap<string, string>): string {
  const path = flags.get('client-key') ?? ''
  if (!path.includes('-----BEGIN ')) return path
  const message =
    'The key stands in --client-key: arguments can be seen by every user of the machine.'
  throw new Failure('usage', { message, fix: 'Name the file of the key.' })
}

async function read(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    const message = `--${FLAG}: the passphrase cannot be read: ${codeOf(error) ?? 'unknown error'}.`
    throw new Failure('usage', { message, fix: 'Give a file that can be read.' }, error)
  })
}
