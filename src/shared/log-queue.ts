import type { About, AboutError, Logger } from './logger.ts'

type Line = (logger: Logger) => unknown

/** Lines of a log, to be written when it is their turn, and from then on as they come. */
export class LogQueue {
  readonly #lines: Line[] = []
  #isClosed = false
  #wake: (() => void) | undefined

  add(line: Line): void {
    this.#lines.push(line)
    this.#wake?.()
  }

  /** Nothing more will come. */
  close(): void {
    this.#isClosed = true
    this.#wake?.()
  }

  /** Writes all lines, until the queue is closed. */
  async writeTo(logger: Logger): Promise<void> {
    while (this.#lines.length > 0 || !this.#isClosed) {
      for (const line of this.#lines.splice(0)) await line(logger)
      if (this.#lines.length === 0 && !this.#isClosed) await this.#change()
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }
}

/** Puts what is logged into a queue, groups within groups. */
export class QueueLogger implements Logger {
  #lines: LogQueue

  constructor(lines: LogQueue) {
    this.#lines = lines
  }

  debug(text: string): void {
    this.#lines.add((logger) => logger.debug(text))
  }

  info(text: string): void {
    this.#lines.add((logger) => logger.info(text))
  }

  notice(text: string, about?: About): void {
    this.#lines.add((logger) => logger.notice(text, about))
  }

  warning(text: string, about?: About): void {
    this.#lines.add((logger) => logger.warning(text, about))
  }

  error(text: string, about?: AboutError): void {
    this.#lines.add((logger) => logger.error(text, about))
  }

  async group<T>(title: string, body: () => Promise<T>): Promise<T> {
    const outer = this.#lines
    const inner = new LogQueue()
    outer.add((logger) => logger.group(title, () => inner.writeTo(logger)))
    this.#lines = inner
    try {
      return await body()
    } finally {
      inner.close()
      this.#lines = outer
    }
  }
}
