/** Where the program tells what it does. Each text is one line; the face makes it safe to print. */
export interface Logger {
  debug(text: string): void
  info(text: string): void
  notice(text: string): void
  warning(text: string): void
  /** What ended the run. */
  error(text: string): void
  /** Prints what `body` logs under a title, folded where the CI can fold. */
  group<T>(title: string, body: () => Promise<T>): Promise<T>
}
