import { parseRegistryAuth } from '../oci/auth/registry-auth.ts'
import type { RegistryAuth } from '../oci/auth/registry-auth-keys.ts'
import { input } from '../shared/input-name.ts'
import type { Secret } from '../shared/secret.ts'
import { SecretRegistry } from '../shared/secret-registry.ts'
import { cleanSecret, type SecretRemark } from '../shared/secret-text.ts'
import { readPrivateKey } from './pem-files.ts'
import { type CamelCase, camelCase, type NameOf, namesOf, type SecretName } from './table/table.ts'

/** What the faces read: the texts of the secrets, missing or empty where nothing was given. */
export type SecretTexts = Readonly<Partial<Record<SecretName, string | undefined>>>

/** Those of `secret-pem` are the private keys themselves, in PEM. */
type SecretTextInputs = {
  readonly [Name in NameOf<'secret' | 'secret-pem'> as CamelCase<Name>]?: Secret | undefined
}

/** The secret inputs, masked in all their forms. */
export interface SecretInputs extends SecretTextInputs {
  readonly registryAuth?: RegistryAuth | undefined
  /** What is to be said about the secrets, without any part of them. */
  readonly remarks?: readonly SecretRemark[]
}

/**
 * Keeps the texts of the secret inputs, without the line end that files and heredocs leave and the byte order mark
 * of PowerShell; empty ones count for nothing. Faces call it before they print anything.
 * @throws Failure usage, when `registry-auth` cannot be parsed, or the file of the key cannot be read
 */
export async function registerSecrets(
  texts: SecretTexts,
  secrets: SecretRegistry,
  signal: AbortSignal
): Promise<SecretInputs> {
  const remarks: SecretRemark[] = []
  const kept = registerTexts(texts, secrets, remarks)
  const yaml = texts['registry-auth'] ?? ''
  const registryAuth =
    yaml.trim() === '' ? undefined : await keepRegistryAuth(yaml, secrets, remarks)
  return { ...kept, ...(await registerKeys(texts, secrets, signal)), registryAuth, remarks }
}

async function registerKeys(
  texts: SecretTexts,
  secrets: SecretRegistry,
  signal: AbortSignal
): Promise<SecretTextInputs> {
  const entries: (readonly [string, Secret | undefined])[] = []
  for (const name of namesOf('secret-pem')) {
    const given = { name, text: texts[name] ?? '' }
    entries.push([camelCase(name), await readPrivateKey(given, secrets, signal)])
  }
  return Object.fromEntries(entries)
}

function registerTexts(
  texts: SecretTexts,
  secrets: SecretRegistry,
  remarks: SecretRemark[]
): SecretTextInputs {
  const entries = namesOf('secret').map((name) => {
    const clean = cleanSecret(texts[name] ?? '', input(name))
    remarks.push(...clean.remarks)
    return [
      camelCase(name),
      clean.value === '' ? undefined : secrets.register(clean.value)
    ] as const
  })
  return Object.fromEntries(entries)
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
