import { Deadline } from '../http/deadline.ts'
import type { HttpRequest, HttpResponse } from '../http/message.ts'
import { proxiesFrom } from '../http/proxy.ts'
import { followRedirects, locationOf } from '../http/redirects.ts'
import { Retrier, type RetryOptions } from '../http/retrier.ts'
import { DEFAULT_TLS } from '../http/tls-options.ts'
import { type Limits, Transport } from '../http/transport.ts'
import type { Environment } from '../shared/environment.ts'
import { Failure } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import type { Logger } from '../shared/logger.ts'
import { withProgress } from '../shared/progress.ts'
import type { SecretRegistry } from '../shared/secret-registry.ts'
import { USER_AGENT } from '../shared/version.ts'

export interface DownloadOptions {
  /** More certificates to trust: PEM text. */
  readonly ca: string | undefined
  /** For the whole download, all attempts together. */
  readonly timeoutMs: number
  /** Read for proxies. */
  readonly environment: Environment
  readonly secrets: SecretRegistry
  readonly signal: AbortSignal
  readonly logger: Logger
  /** Where progress is logged, at once; `logger` unless given. */
  readonly progress?: Logger | undefined
  readonly limits?: Partial<Limits>
  readonly retry?: RetryOptions
}

/** The stripped helm 4.3 for linux-amd64 compresses to 27 MB (measured): room for it to grow fivefold. */
export const LARGEST_ARCHIVE_BYTES = 128 * 1024 * 1024

/**
 * The bytes at an address, without any login. Redirects are followed to any host, but never from https to http.
 * Attempts that fail for a passing reason are repeated. The idle and the whole time are limited, and so is the size.
 * @throws Failure registry, which says why; the signal's reason on abort
 */
export async function download(url: URL, options: DownloadOptions): Promise<Buffer> {
  const { ca, timeoutMs, environment, secrets, signal, logger, limits = {}, retry } = options
  const { progress = logger } = options
  const { host, pathname } = url
  const deadline = new Deadline({ host, about: `${host}${pathname}`, timeoutMs, signal })
  const transport = new Transport({
    userAgent: USER_AGENT,
    signal: deadline.signal,
    track: deadline.track,
    tls: { ...DEFAULT_TLS, ca },
    proxies: proxiesFrom(environment, secrets),
    environment,
    logger,
    limits
  })
  try {
    const request = {
      method: 'GET',
      url,
      headers: {},
      bodyLimit: LARGEST_ARCHIVE_BYTES + 1
    } as const
    const describe = ({ status }: HttpResponse) => String(status)
    const retrier = new Retrier({ ...retry, describe, logger, signal: deadline.signal })
    const response = await withProgress(deadline.work, { logger: progress }, () => {
      return deadline.during(() => retrier.repeat(request, () => follow(transport, request)))
    })
    return wholeBody(url, response)
  } finally {
    await transport.close()
  }
}

function follow(transport: Transport, request: HttpRequest): Promise<HttpResponse> {
  return followRedirects(request, {
    send: (next) => transport.send(next),
    target: redirectOf,
    tooMany: (followed) => unusable(request.url, `redirects more than ${followed} times`)
  })
}

function redirectOf(response: HttpResponse): URL {
  const { url } = response
  const next = locationOf(response)
  if (!next) throw unusable(url, 'redirects to something that is not an http address')
  if (url.protocol === 'https:' && next.protocol === 'http:') {
    throw unusable(url, `redirects to plain http (${next.host})`)
  }
  next.username = ''
  next.password = ''
  return next
}

function wholeBody(url: URL, response: HttpResponse | undefined): Buffer {
  const { status, body } = response ?? { status: 0, body: Buffer.alloc(0) }
  if (status !== 200) throw unusable(url, `answered ${status}`)
  if (body.length <= LARGEST_ARCHIVE_BYTES) return body
  throw unusable(url, `answered with more than ${LARGEST_ARCHIVE_BYTES} bytes`)
}

function unusable({ host }: URL, what: string): Failure {
  const fix = `Put a recent helm on PATH, or set ${input('helm-download-url')} to a mirror.`
  return new Failure('registry', { message: `${host} ${what}.`, fix })
}
