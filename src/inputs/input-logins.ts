import { registerAddressLogins, registerHostLogins } from '../shared/address-logins.ts'
import type { SecretRegistry } from '../shared/secret-registry.ts'
import { INPUT_NAMES, specOf } from './table/table.ts'
import type { InputTexts } from './values.ts'

/**
 * Masks the logins in texts of inputs, where they do not belong: messages show these texts. Faces call it before
 * they print anything.
 */
export function registerInputLogins(texts: InputTexts, secrets: SecretRegistry): void {
  for (const [name, text] of Object.entries(texts)) {
    if (WITH_ADDRESSES.has(name)) registerHostLogins(text, secrets)
    else registerAddressLogins(text, secrets)
  }
}

const WITH_ADDRESSES: ReadonlySet<string> = new Set(
  INPUT_NAMES.filter((name) => specOf(name).hasAddresses)
)
