import type { About, Logger } from './logger.ts'

interface ConcurrencyOptions {
  /** How many run side by side. */
  readonly concurrency: number
  readonly logger: Logger
}

/**
 * Runs `work` on every item, some side by side, and returns the results in the order of the items. The log has the
 * lines of each item together, in that order too: the first item that is not done writes at once, those behind it wait.
 */
export async function mapConcurrent<T, R>(
  items: readonly T[],
  { concurrency, logger }: ConcurrencyOptions,
  work: (item: T, logger: Logger) => Promise<R>
): Promise<readonly R[]> {
  const isAlone = concurrency === 1 || items.length < 2
  const tasks = items.map((item) => {
    const lines = new LogQueue()
    return { lines, run: () => work(item, isAlone ? logger : new QueueLogger(lines)) }
  })
  const next = tasks.entries()
  const results = new Map<number, R>()
  const runTasks = async () => {
    for (const [index, { lines, run }] of next) {
      results.set(index, await run().finally(() => lines.close()))
    }
  }
  const log = async () => {
    for (const { lines } of tasks) await lines.writeTo(logger)
  }
  const runners = Array.from({ length: Math.min(concurrency, items.length) }, runTasks)
  await Promise.all([...runners, log()])
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result)
}

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

  detail(text: string): void {
    this.#lines.add((logger) => logger.detail(text))
  }

  notice(text: string, about?: About): void {
    this.#lines.add((logger) => logger.notice(text, about))
  }

  warning(text: string, about?: About): void {
    this.#lines.add((logger) => logger.warning(text, about))
  }

  error(text: string, about?: About): void {
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
