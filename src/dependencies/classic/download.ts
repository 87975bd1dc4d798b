import { Deadline } from '../../http/deadline.ts'
import type { HttpRequest, HttpResponse } from '../../http/message.ts'
import { followRedirects, type Hop } from '../../http/redirects.ts'
import { Retrier } from '../../http/retrier.ts'
import { Failure } from '../../shared/failure.ts'
import { withProgress } from '../../shared/progress.ts'
import type { ClassicAccess, ClassicContext, SourcedLogin, WantedFile } from './classic-access.ts'
import { TRANSFER } from './file-content.ts'
import type { LoginHeaders } from './login-headers.ts'
import type { OriginTransports } from './origin-transports.ts'
import { redirectTarget, tooManyRedirects } from './redirect-target.ts'
import { refusal } from './refusal.ts'
import { statusText } from './server-words.ts'
import type { SilentHosts } from './silent-hosts.ts'
import type { Reach, Surroundings } from './surroundings.ts'

/** What all downloads of a run share. */
export interface SharedParts {
  readonly access: ClassicAccess
  readonly context: ClassicContext
  readonly headers: LoginHeaders
  readonly surroundings: Surroundings
  readonly transports: OriginTransports
  readonly silent: SilentHosts
}

/** One file on its way, over all redirects and attempts. */
export class Download {
  readonly #file: WantedFile
  readonly #parts: SharedParts
  readonly #deadline: Deadline
  /** Of the last request. */
  #url: URL
  #reach: Reach = 'near'
  #login: SourcedLogin | undefined
  #answer: HttpResponse | undefined
  #attempts = 1

  constructor(file: WantedFile, parts: SharedParts) {
    const { host, pathname } = file.url
    const { timeoutMs } = parts.access
    const { signal } = parts.context
    this.#file = file
    this.#url = file.url
    this.#parts = parts
    this.#deadline = new Deadline({ host, about: `${host}${pathname}`, timeoutMs, signal })
  }

  /**
   * The answer with the file, as it was sent, cut one byte behind the size that it may have.
   * @throws Failure; the signal's reason on abort
   */
  async run(): Promise<HttpResponse> {
    const { logger, progress = logger } = this.#parts.context
    const deadline = this.#deadline
    try {
      const response = await withProgress(deadline.work, { logger: progress }, () => {
        return deadline.during(() => this.#follow())
      })
      if (response.status === 200) return response
      throw this.#refusal(response)
    } catch (error) {
      throw this.#failureOf(error)
    }
  }

  #follow(): Promise<HttpResponse> {
    const { kind, url } = this.#file
    const { acceptEncoding, mostBytes } = TRANSFER[kind]
    const headers = { 'accept-encoding': acceptEncoding }
    const { headers: logins } = this.#parts
    return followRedirects(
      { method: 'GET', url, headers, bodyLimit: mostBytes + 1 },
      {
        send: (request, hop) => this.#send(request, hop),
        target: (response) => redirectTarget(response, (target) => logins.mayBePlain(target)),
        tooMany: (followed) => tooManyRedirects(url, followed)
      }
    )
  }

  async #send(request: HttpRequest, { from, hasLeft }: Hop): Promise<HttpResponse> {
    const { access, headers, silent, surroundings, transports } = this.#parts
    const { repository } = this.#file
    const { url } = request
    this.#url = url
    silent.requireAnswering(url)
    this.#reach = await surroundings.reachOf({ url, from: from ?? repository }, this.#reach)
    this.#login = hasLeft ? undefined : access.loginFor(url, repository)
    const watched = {
      ...request,
      headers: { ...request.headers, ...headers.for(url, this.#login) },
      watch: this.#deadline
    }
    const transport = transports.to({ origin: url.origin, reach: this.#reach })
    const retrier = this.#retrier(() => transport.receivedFrom(url.origin))
    const response = await retrier.repeat(request, async () => {
      this.#answer = await transport.send(watched)
      return this.#answer
    })
    if (response === undefined) throw new Error('no attempt was made')
    this.#attempts = retrier.attemptsAt(response)
    return response
  }

  #retrier(received: () => number): Retrier {
    const { retry, logger } = this.#parts.context
    const describe = (response: HttpResponse) => statusText(response, this.#redact)
    const { signal } = this.#deadline
    return new Retrier({ ...retry, describe, logger, signal, received })
  }

  /** What to report of what was thrown, which also shows whether the host is to be asked again. */
  #failureOf(error: unknown): unknown {
    const { context, silent, transports } = this.#parts
    if (context.signal.aborted) return context.signal.reason
    const isOver = this.#deadline.signal.aborted
    const failure: unknown = isOver ? this.#deadline.signal.reason : error
    if (!(failure instanceof Failure)) return failure
    const { origin } = this.#url
    const transport = transports.to({ origin, reach: this.#reach })
    silent.note(this.#url, failure, isOver && transport.receivedFrom(origin) === 0)
    // The words of a server that asks to wait say more than that there is no time left for it.
    const isLimited = isOver && this.#answer?.status === 429
    return isLimited && this.#answer ? this.#refusal(this.#answer) : failure
  }

  #refusal(response: HttpResponse): Failure {
    const [file, login, attempts] = [this.#file, this.#login, this.#attempts]
    return refusal({ file, response, login, attempts, redact: this.#redact })
  }

  readonly #redact = (text: string): string => this.#parts.context.secrets.redact(text)
}
