import type { HttpRequest, HttpResponse } from '../http/message.ts'
import type { Retrier } from '../http/retrier.ts'
import type { Failure } from '../shared/failure.ts'
import type { Logger } from '../shared/logger.ts'
import type { Repository } from './spec/reference.ts'

/** What the verbs of a client work with: its origin, its login and its patience. */
export interface RequestContext {
  readonly host: string
  readonly logger: Logger
  readonly retrier: Retrier
  readonly signal: AbortSignal
  /** Upload sessions that were opened and not yet ended; those left are cancelled at the end. */
  readonly sessions: Map<URL, Repository>
  /** Sessions that were opened ahead, or are being opened, and that nobody has taken, by repository. */
  readonly preopened: Map<string, Promise<URL | undefined>[]>
  /** The address of `path` below a repository. */
  url(repository: Repository, path: string): URL
  /** One attempt, with the login that is asked for. */
  sendOnce(repository: Repository, request: HttpRequest): Promise<HttpResponse>
  /** As `sendOnce`, repeated while the trouble may pass; for requests that may be made twice. */
  send(repository: Repository, request: HttpRequest): Promise<HttpResponse>
  /** Waits until `sendOnce` knows the login for a repository, by the answer to another request about it. */
  untilAuthorized(repository: Repository): Promise<void>
  /** To another host, repeated while the trouble may pass; no credential is added. */
  sendAnonymous(request: HttpRequest): Promise<HttpResponse>
  /**
   * To be called before the `attempt`th attempt at a request that others were made for in between. A balancer that
   * takes its backends in turn, one of which is down, would else give every attempt to the same one.
   */
  leaveTurn(attempt: number): Promise<void>
  responseError(response: HttpResponse, what: string): Failure
}
