import { registerAddressLogins, registerHostLogins } from '../shared/address-logins.ts'
import type { SecretRegistry } from '../shared/secret-registry.ts'

/** Inputs whose lines are addresses also without a scheme. */
const HOST_INPUTS: readonly string[] = [
  'chart',
  'registry',
  'token-hosts',
  'insecure-skip-tls-verify',
  'plain-http',
  'helm-download-url'
]

/**
 * Masks the logins in texts of inputs, where they do not belong: messages show these texts. Faces call it before
 * they print anything.
 */
export function registerInputLogins(
  texts: Readonly<Record<string, string | undefined>>,
  secrets: SecretRegistry
): void {
  for (const [name, text = ''] of Object.entries(texts)) {
    if (HOST_INPUTS.includes(name)) registerHostLogins(text, secrets)
    else registerAddressLogins(text, secrets)
  }
}
