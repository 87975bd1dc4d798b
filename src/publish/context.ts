import type { Environment } from '../shared/environment.ts'
import type { Logger } from '../shared/logger.ts'
import type { SecretKeeper } from '../shared/secret-keeper.ts'

/** What a face hands to a run beside the inputs. */
export interface RunContext {
  readonly environment: Environment
  /** The user's home, where logins may be; undefined for a user without one. */
  readonly homeFolder: string | undefined
  /** A private folder, removed by the face when the run ends. */
  readonly folder: string
  readonly secrets: SecretKeeper
  readonly logger: Logger
  /** Aborts when the run is to end early, as on SIGTERM; its reason is the error to report. */
  readonly signal: AbortSignal
}
