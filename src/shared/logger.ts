import type { SourceLocation } from './failure.ts'

/** What a notice, a warning or an error is about. */
export interface About {
  /** A few words of the program; no text of charts and registries, since runners do not mask titles. */
  readonly title?: string | undefined
  readonly place?: SourceLocation | undefined
}

/** What an error has in addition to what failed; see `Problem`. */
export interface AboutError extends About {
  readonly why?: string | undefined
  readonly fix?: string | undefined
}

/** An error in one line. */
export function errorLine(text: string, { why, fix }: AboutError = {}): string {
  const parts = [text, why, fix === undefined ? undefined : `Fix: ${fix}`]
  return parts.filter((part) => part !== undefined).join(' ')
}

/** Where the program tells what it does. Each text is one line; the face makes it safe to print. */
export interface Logger {
  debug(text: string): void
  info(text: string): void
  /** How something was done: an `info` that a run of several charts leaves to the debug log. */
  detail(text: string): void
  notice(text: string, about?: About): void
  warning(text: string, about?: About): void
  /** What ended the run; a face shows its parts in one line, or in a line for each. */
  error(text: string, about?: AboutError): void
  /**
   * Keeps one line up to date in place, below all others: what is under way, by what it is about; without a text it is
   * over. Undefined where lines stay, as in CI.
   */
  readonly live?: ((about: string, text: string | undefined) => void) | undefined
  /** Prints what `body` logs under a title, folded where the CI can fold. */
  group<T>(title: string, body: () => Promise<T>): Promise<T>
}
