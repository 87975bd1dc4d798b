import type { RetryOptions } from '../http/retrier.ts'
import type { Limits } from '../http/transport.ts'
import type { CommandContext } from '../shared/command-context.ts'

/** How the services of Sigstore are reached. None of them gets a login or a client certificate. */
export interface SigstoreAccess
  extends Pick<CommandContext, 'environment' | 'secrets' | 'signal' | 'logger'> {
  /** More certificates to trust: PEM text. */
  readonly ca: string | undefined
  readonly retry?: RetryOptions | undefined
  readonly limits?: Partial<Limits> | undefined
  /** In place of the time that one attempt may take by itself, in milliseconds. */
  readonly attemptMs?: number | undefined
}
