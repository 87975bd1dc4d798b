import type { BasicLogin } from '../../http/basic-login.ts'
import type { Resolve } from '../../http/guarded-lookup.ts'
import type { RetryOptions } from '../../http/retrier.ts'
import type { TlsSettings } from '../../http/tls-options.ts'
import type { Limits } from '../../http/transport.ts'
import type { CommandContext } from '../../shared/command-context.ts'
import type { Logger } from '../../shared/logger.ts'

/** A login, and where it was found. */
export interface SourcedLogin extends BasicLogin {
  /** For the log and for fixes: the name of an input in its form, or the path of a file. */
  readonly source: string
}

/** How classic repositories are reached. */
export interface ClassicAccess {
  /**
   * The login that is for this address, by its host, port and path; asked for each request anew. `repository` led there:
   * the login of a repository in repositories.yaml is for all of its origin.
   */
  readonly loginFor: (address: URL, repository: URL) => SourcedLogin | undefined
  /** How TLS is spoken to one origin. A client certificate is shown only to that origin. */
  readonly tlsFor: (origin: URL) => TlsSettings
  /** Hosts, with ports where they have one, that may get a login by plain http, and to which https may redirect so. */
  readonly plainHttpHosts: readonly string[]
  /** For each file, all attempts together. */
  readonly timeoutMs: number
}

export interface ClassicContext
  extends Pick<CommandContext, 'environment' | 'secrets' | 'signal' | 'logger'> {
  /** Where progress is logged, at once; `logger` unless given. */
  readonly progress?: Logger | undefined
  readonly retry?: RetryOptions | undefined
  readonly limits?: Partial<Limits> | undefined
  /** Names to addresses; node:dns unless given. */
  readonly resolve?: Resolve | undefined
}

/** A file of a repository. */
export interface WantedFile {
  readonly kind: 'index' | 'archive'
  readonly repository: URL
  readonly url: URL
}
