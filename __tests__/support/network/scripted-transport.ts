import type { HttpRequest, HttpResponse } from '../../../src/http/message.ts'

export interface ScriptedAnswer {
  readonly status: number
  readonly headers?: HttpResponse['headers']
  /** A text as it is, anything else as JSON. */
  readonly body?: unknown
}

export type Script = (request: HttpRequest) => ScriptedAnswer | Promise<ScriptedAnswer>

/** Answers requests without any network, for hosts and times that no test can have; keeps what was sent. */
export class ScriptedTransport {
  readonly requests: HttpRequest[] = []
  readonly #script: Script

  constructor(script: Script) {
    this.#script = script
  }

  async send(request: HttpRequest): Promise<HttpResponse> {
    const { body: form } = request
    // Bodies with secrets are overwritten once they are sent.
    this.requests.push(form ? { ...request, body: Buffer.from(form) } : request)
    const { status, headers = {}, body = '' } = await this.#script(request)
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    return { status, url: request.url, headers, body: Buffer.from(text) }
  }

  /** `METHOD url scheme-of-authorization` of every request. */
  get log(): readonly string[] {
    return this.requests.map(({ method, url, headers }) => {
      const scheme = headers['authorization']?.split(' ')[0] ?? 'none'
      return `${method} ${url.origin}${url.pathname} ${scheme}`
    })
  }
}
