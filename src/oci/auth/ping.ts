import type { HttpResponse } from '../../http/message.ts'
import type { Transport } from '../../http/transport.ts'
import { Failure } from '../../shared/failure.ts'

/**
 * What a registry says at /v2/ to one who shows no login: asked once, for all repositories. Trouble is not
 * remembered, since the next answer may be the challenge.
 */
export class Ping {
  readonly #origin: URL
  readonly #transport: Pick<Transport, 'send'>
  #answer: Promise<HttpResponse> | undefined

  constructor(origin: URL, transport: Pick<Transport, 'send'>) {
    this.#origin = origin
    this.#transport = transport
  }

  /** @throws Failure, when no answer comes, or one that does not say whether there is a challenge */
  ask(): Promise<HttpResponse> {
    this.#answer ??= this.#send().catch((error: unknown) => {
      this.#answer = undefined
      throw error
    })
    return this.#answer
  }

  async #send(): Promise<HttpResponse> {
    const url = new URL('/v2/', this.#origin)
    const response = await this.#transport.send({ method: 'GET', url, headers: {} })
    if (isTrouble(response)) throw troubled(response)
    return response
  }
}

/** Time-outs, rate limits and 5xx, with the 499 of distribution and nginx. */
function isTrouble({ status }: HttpResponse): boolean {
  return status === 408 || status === 429 || status >= 499
}

/** Without a cause: it was repeated, as far as that helps. */
function troubled({ status, url }: HttpResponse): Failure {
  const message = `${url.host} answered ${status} at ${url.pathname}, so it is unknown whether it requires a login.`
  return new Failure('registry', {
    message,
    fix: 'Run it again, or check the log of the registry.'
  })
}
