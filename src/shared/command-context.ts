import type { Environment } from './environment.ts'
import type { Logger } from './logger.ts'
import type { SecretRegistry } from './secret-registry.ts'

/** What a face hands to a command beside its inputs. */
export interface CommandContext {
  readonly environment: Environment
  /** The user's home, where logins may be; undefined for a user without one. */
  readonly homeFolder: string | undefined
  readonly secrets: SecretRegistry
  readonly logger: Logger
  /** Aborts when the run is to end early, as on SIGTERM; its reason is the error to report. */
  readonly signal: AbortSignal
}
