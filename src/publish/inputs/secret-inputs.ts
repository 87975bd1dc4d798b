import { parseRegistryAuth, type RegistryAuth } from '../../oci/login/registry-auth.ts'
import { withoutLineEnd } from '../../shared/line-end.ts'
import type { Secret } from '../../shared/secret.ts'
import { SecretKeeper } from '../../shared/secret-keeper.ts'
import { readClientKey } from './pem-files.ts'

/** The inputs that are secrets, in the order of action.yml. */
export const SECRET_NAMES = [
  'password',
  'identity-token',
  'registry-auth',
  'client-key',
  'client-key-passphrase'
] as const

export type SecretName = (typeof SECRET_NAMES)[number]

/** The secret inputs, masked in all their forms. */
export interface SecretInputs {
  readonly password: Secret | undefined
  readonly identityToken?: Secret | undefined
  readonly registryAuth?: RegistryAuth | undefined
  /** The private key itself, in PEM. */
  readonly clientKey?: Secret | undefined
  readonly clientKeyPassphrase?: Secret | undefined
}

/**
 * Keeps the texts of the secret inputs, without the line end that files and heredocs leave; empty
 * ones count for nothing. Faces call it before they print anything.
 * @throws Failure usage, when `registry-auth` cannot be parsed, or the file of the key cannot be read
 */
export async function keepSecrets(
  texts: Readonly<Record<SecretName, string | undefined>>,
  secrets: SecretKeeper,
  signal: AbortSignal
): Promise<SecretInputs> {
  const keep = (text = '') => {
    const value = withoutLineEnd(text)
    return value === '' ? undefined : secrets.keep(value)
  }
  const password = keep(texts.password)
  const identityToken = keep(texts['identity-token'])
  const yaml = texts['registry-auth'] ?? ''
  const registryAuth = yaml.trim() === '' ? undefined : await keepRegistryAuth(yaml, secrets)
  const clientKeyPassphrase = keep(texts['client-key-passphrase'])
  const clientKey = await readClientKey(texts['client-key'] ?? '', secrets, signal)
  return { password, identityToken, registryAuth, clientKey, clientKeyPassphrase }
}

/** Shorter parts of a text that is no `registry-auth` are not masked: `- a` would hide every "a" of the log. */
const SHORTEST_FRAGMENT = 4

/**
 * The credentials in a text, masked whatever their length. Of a text that is not usable nobody can tell what in it
 * is secret: every part of it that could be is masked. @throws Failure usage
 */
async function keepRegistryAuth(yaml: string, secrets: SecretKeeper): Promise<RegistryAuth> {
  const forms: string[] = []
  const trial = new SecretKeeper((form) => forms.push(form))
  try {
    await parseRegistryAuth(yaml, trial)
  } catch (error) {
    const fragments = forms.filter((form) => form.length >= SHORTEST_FRAGMENT)
    for (const fragment of fragments) secrets.keepOpaque(fragment)
    throw error
  } finally {
    trial.wipe()
  }
  return parseRegistryAuth(yaml, secrets)
}
