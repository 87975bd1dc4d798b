import type { Credential } from '../../oci/login/credential.ts'
import type { Logger } from '../../shared/logger.ts'

/** Says for each registry that its login comes from the inputs made for it; others are told where they are found. */
export function tellOfGivenLogin(
  credential: Credential | undefined,
  hosts: readonly string[],
  logger: Logger
): void {
  if (!credential) return
  const inputs = credential.kind === 'login' ? '`username` and `password`' : '`identity-token`'
  for (const host of new Set(hosts)) {
    logger.info(`The login for ${host} comes from ${inputs}.`)
  }
}
