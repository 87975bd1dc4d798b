import type { Dispatcher } from 'undici'
import type { Failure } from '../shared/failure.ts'
import type { Transfer } from './transfer.ts'

/** Who follows a request. */
export interface Watch {
  /** Ends the request when it aborts, with its reason. */
  readonly signal: AbortSignal
  /**
   * Told of the request, and of what counts the bytes of its body or of its answer; what it returns is called when there
   * is an answer, or none.
   */
  readonly track: (what: string, transfer?: Transfer) => (end?: RequestEnd) => void
}

/** How a request ended: by an answer with a status, or by a failure. */
export type RequestEnd = Failure | number

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Buffer
  /** Bytes to read of the body of a 200; a longer one is cut there. Without it a few are due: 4 MiB at the most. */
  readonly bodyLimit?: number
  /** How long the answer may take to begin. */
  readonly timeoutMs?: number
  /** Of 404 and 405, those that are an answer whoever wrote them; others are retried when no registry wrote them. */
  readonly finalStatuses?: readonly number[]
  /** A request to a token service: it may be on another port of the registry's host, and its answer is short. */
  readonly purpose?: 'token'
  /** Of the one conversation that the request belongs to; that of the transport unless given. */
  readonly watch?: Watch | undefined
}

export interface HttpResponse {
  readonly status: number
  readonly url: URL
  readonly headers: Dispatcher.ResponseData['headers']
  readonly body: Buffer
  /** As in the request: an answer of a token service may hold a token, whatever its status is. */
  readonly purpose?: 'token' | undefined
}

const REDIRECTS = [301, 302, 303, 307, 308]
/** regclient and oras follow ten; registries need one, to the storage behind them, GitHub's releases two. */
export const MOST_REDIRECTS = 5

export function isRedirect({ status }: HttpResponse): boolean {
  return REDIRECTS.includes(status)
}

/** The one value of a response header; the first where there are several. */
export function headerOf(response: HttpResponse, name: string): string | undefined {
  const value = response.headers[name]
  return typeof value === 'string' ? value : value?.[0]
}
