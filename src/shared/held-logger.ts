import type { About, Logger } from './logger.ts'

/** Holds lines back until they may be written, and passes on what comes from then on. */
export class HeldLogger implements Logger {
  readonly #logger: Logger
  #held: (() => void)[] | undefined = []

  constructor(logger: Logger) {
    this.#logger = logger
  }

  /** Writes what was held back. */
  release(): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const write of held) write()
  }

  debug(text: string): void {
    this.#write(() => this.#logger.debug(text))
  }

  info(text: string): void {
    this.#write(() => this.#logger.info(text))
  }

  notice(text: string, about?: About): void {
    this.#write(() => this.#logger.notice(text, about))
  }

  warning(text: string, about?: About): void {
    this.#write(() => this.#logger.warning(text, about))
  }

  error(text: string, about?: About): void {
    this.#write(() => this.#logger.error(text, about))
  }

  /** Lines of a group are held one by one, under no title. */
  group<T>(title: string, body: () => Promise<T>): Promise<T> {
    return this.#held ? body() : this.#logger.group(title, body)
  }

  #write(write: () => void): void {
    if (this.#held) this.#held.push(write)
    else write()
  }
}
