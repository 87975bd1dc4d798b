import type { SourceLocation } from './failure.ts'

/** What a notice, a warning or an error is about. */
export interface About {
  /** A few words of ours; no text of charts and registries, since runners do not mask titles. */
  readonly title?: string | undefined
  readonly place?: SourceLocation | undefined
}

/** Where the program tells what it does. Each text is one line; the face makes it safe to print. */
export interface Logger {
  debug(text: string): void
  info(text: string): void
  notice(text: string, about?: About): void
  warning(text: string, about?: About): void
  /** What ended the run. */
  error(text: string, about?: About): void
  /**
   * Keeps one line up to date in place, below all others: what is under way, by what it is about; without a text it is
   * over. Undefined where lines stay, as in CI.
   */
  readonly live?: ((about: string, text: string | undefined) => void) | undefined
  /** Prints what `body` logs under a title, folded where the CI can fold. */
  group<T>(title: string, body: () => Promise<T>): Promise<T>
}
