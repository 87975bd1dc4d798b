import { deferred } from './deferred.ts'
import type { About, AboutError, Logger } from './logger.ts'

/**
 * As another logger, for runs of several charts: details go to the debug log, and a group begins with its first line
 * that is shown, so that none is empty.
 */
export class TerseLogger implements Logger {
  readonly #logger: Logger
  /** Begins the group that has no line yet. */
  #begin: (() => void) | undefined

  constructor(logger: Logger) {
    this.#logger = logger
  }

  get live(): Logger['live'] {
    return this.#logger.live
  }

  debug(text: string): void {
    this.#logger.debug(text)
  }

  detail(text: string): void {
    this.#logger.debug(text)
  }

  info(text: string): void {
    this.#shown.info(text)
  }

  notice(text: string, about?: About): void {
    this.#shown.notice(text, about)
  }

  warning(text: string, about?: About): void {
    this.#shown.warning(text, about)
  }

  error(text: string, about?: AboutError): void {
    this.#shown.error(text, about)
  }

  async group<T>(title: string, body: () => Promise<T>): Promise<T> {
    const outer = this.#begin
    const ended = deferred<void>()
    const begun: Promise<void>[] = []
    this.#begin = () => {
      this.#begin = undefined
      outer?.()
      begun.push(this.#logger.group(title, () => ended.promise))
    }
    try {
      return await body()
    } finally {
      // With this group, those around it have begun.
      this.#begin = begun.length > 0 ? undefined : outer
      ended.resolve()
      await Promise.all(begun)
    }
  }

  /** The logger, with the group begun that a line is for. */
  get #shown(): Logger {
    this.#begin?.()
    return this.#logger
  }
}
