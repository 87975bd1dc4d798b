import type { Logger } from '../shared/logger.ts'
import type { SecretRegistry } from '../shared/secret-registry.ts'

/** What a command gets in addition to its arguments. */
export interface Terminal {
  /** Prints the result. */
  readonly print: (text: string) => void
  /** Aborts when the command is to end early. */
  readonly signal: AbortSignal
}

/** What the work of a command is done with. */
export interface Means {
  readonly secrets: SecretRegistry
  readonly logger: Logger
  readonly signal: AbortSignal
}
