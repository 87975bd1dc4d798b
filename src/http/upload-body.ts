import { Readable } from 'node:stream'
import { amountText, type Transfer } from './transfer.ts'

/** What goes out in one write; larger bodies are sent in chunks of this size, so that it is seen how far they are. */
export const CHUNK_BYTES = 64 * 1024

interface UploadOptions {
  readonly silenceMs: number
  /** Counts what was taken. */
  readonly transfer: Transfer
}

/**
 * A body on its way. It is stalled when nothing of it was taken for `silenceMs`, or when there is no answer for as long
 * after its last chunk; what the system still holds of it then counts as taken.
 */
export class UploadBody {
  readonly #body: Buffer
  readonly #silenceMs: number
  readonly #transfer: Transfer
  readonly #stalled = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #sent = 0

  constructor(body: Buffer, { silenceMs, transfer }: UploadOptions) {
    this.#body = body
    this.#silenceMs = silenceMs
    this.#transfer = transfer
  }

  get size(): number {
    return this.#body.length
  }

  /** Aborts when the upload is stalled; its reason says how far it was. */
  get signal(): AbortSignal {
    return this.#stalled.signal
  }

  stream(): Readable {
    return Readable.from(this.#chunks(), { objectMode: false })
  }

  /** The watch begins with the first chunk: before that, the upload may have to wait for its turn at a connection. */
  async *#chunks(): AsyncGenerator<Buffer> {
    this.#transfer.begin('sent', this.size)
    while (this.#sent < this.#body.length) {
      this.#watch()
      const chunk = this.#body.subarray(this.#sent, this.#sent + CHUNK_BYTES)
      this.#sent += chunk.length
      this.#transfer.add(chunk.length)
      yield chunk
    }
    this.#watch()
  }

  /** Ends the watch; the signal does not abort any more. */
  end(): void {
    clearTimeout(this.#timer)
  }

  #watch(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#stalled.abort(this.#reason()), this.#silenceMs)
  }

  #reason(): Error {
    const seconds = this.#silenceMs / 1000
    if (this.#sent === this.#body.length) {
      const message = `it did not answer within ${seconds} s after the upload`
      return Object.assign(new Error(message), { code: 'UND_ERR_HEADERS_TIMEOUT' })
    }
    const sent = amountText({ done: this.#sent, total: this.size })
    return new Error(`it accepted no more data of the upload for ${seconds} s, after ${sent}`)
  }
}
