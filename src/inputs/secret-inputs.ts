import { parseRegistryAuth, type RegistryAuth } from '../oci/auth/registry-auth.ts'
import type { Secret } from '../shared/secret.ts'
import { SecretRegistry } from '../shared/secret-registry.ts'
import { cleanSecret, type SecretRemark } from '../shared/secret-text.ts'
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
  /** What is to be said about the secrets, without any part of them. */
  readonly remarks?: readonly SecretRemark[]
}

/**
 * Keeps the texts of the secret inputs, without the line end that files and heredocs leave and the byte order mark
 * of PowerShell; empty ones count for nothing. Faces call it before they print anything.
 * @throws Failure usage, when `registry-auth` cannot be parsed, or the file of the key cannot be read
 */
export async function registerSecrets(
  texts: Readonly<Record<SecretName, string | undefined>>,
  secrets: SecretRegistry,
  signal: AbortSignal
): Promise<SecretInputs> {
  const remarks: SecretRemark[] = []
  const keep = (name: SecretName) => {
    const clean = cleanSecret(texts[name] ?? '', `\`${name}\``)
    remarks.push(...clean.remarks)
    return clean.value === '' ? undefined : secrets.register(clean.value)
  }
  const password = keep('password')
  const identityToken = keep('identity-token')
  const clientKeyPassphrase = keep('client-key-passphrase')
  const yaml = texts['registry-auth'] ?? ''
  const registryAuth =
    yaml.trim() === '' ? undefined : await keepRegistryAuth(yaml, secrets, remarks)
  const clientKey = await readClientKey(texts['client-key'] ?? '', secrets, signal)
  return { password, identityToken, registryAuth, clientKey, clientKeyPassphrase, remarks }
}

/**
 * The credentials in a text, masked. Of a text that is not usable nobody can say what in it is secret: every part of
 * it that could be is masked. @throws Failure usage
 */
async function keepRegistryAuth(
  yaml: string,
  secrets: SecretRegistry,
  remarks: SecretRemark[]
): Promise<RegistryAuth> {
  const forms: string[] = []
  const trial = new SecretRegistry((form) => forms.push(form))
  try {
    await parseRegistryAuth(yaml, trial)
  } catch (error) {
    for (const form of forms) secrets.registerRaw(form)
    throw error
  } finally {
    trial.wipe()
  }
  return parseRegistryAuth(yaml, secrets, remarks)
}
