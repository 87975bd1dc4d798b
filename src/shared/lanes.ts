import type { About, Logger } from './logger.ts'

interface LaneOptions {
  /** How many run side by side. */
  readonly concurrency: number
  readonly logger: Logger
}

/**
 * Runs `work` on every item, some side by side, and gives what it gave in the order of the items. What is
 * logged on the way comes out in that order as well, each item's lines together.
 */
export async function inLanes<T, R>(
  items: readonly T[],
  { concurrency, logger }: LaneOptions,
  work: (item: T, logger: Logger) => Promise<R>
): Promise<readonly R[]> {
  if (concurrency === 1 || items.length < 2) {
    const results: R[] = []
    for (const item of items) results.push(await work(item, logger))
    return results
  }
  const printer = new OrderedPrinter(logger, items.length)
  const next = items.entries()
  const results = new Map<number, R>()
  const lane = async () => {
    for (const [index, item] of next) {
      results.set(index, await work(item, printer.loggerFor(index)))
      await printer.finish(index)
    }
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, lane))
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result)
}

/** Holds back the lines of an item until all items before it are done. */
class OrderedPrinter {
  readonly #logger: Logger
  readonly #recorders: readonly Recorder[]
  readonly #done = new Set<number>()
  #turn = 0
  #printed: Promise<void> = Promise.resolve()

  constructor(logger: Logger, count: number) {
    this.#logger = logger
    this.#recorders = Array.from({ length: count }, () => new Recorder())
  }

  loggerFor(index: number): Logger {
    return this.#recorders[index] ?? this.#logger
  }

  async finish(index: number): Promise<void> {
    this.#done.add(index)
    this.#printed = this.#printed.then(() => this.#printNext())
    await this.#printed
  }

  async #printNext(): Promise<void> {
    while (this.#done.has(this.#turn)) {
      const recorder = this.#recorders[this.#turn]
      this.#turn += 1
      await recorder?.replay(this.#logger)
    }
  }
}

type Line = (logger: Logger) => unknown

/** Keeps what is logged, groups within groups, to be logged later. */
class Recorder implements Logger {
  #lines: Line[] = []

  debug(text: string): void {
    this.#lines.push((logger) => logger.debug(text))
  }

  info(text: string): void {
    this.#lines.push((logger) => logger.info(text))
  }

  notice(text: string, about?: About): void {
    this.#lines.push((logger) => logger.notice(text, about))
  }

  warning(text: string, about?: About): void {
    this.#lines.push((logger) => logger.warning(text, about))
  }

  error(text: string, about?: About): void {
    this.#lines.push((logger) => logger.error(text, about))
  }

  async group<T>(title: string, body: () => Promise<T>): Promise<T> {
    const outer = this.#lines
    const inner: Line[] = []
    this.#lines = inner
    try {
      return await body()
    } finally {
      this.#lines = outer
      outer.push((logger) => logger.group(title, () => play(inner, logger)))
    }
  }

  async replay(logger: Logger): Promise<void> {
    await play(this.#lines, logger)
  }
}

async function play(lines: readonly Line[], logger: Logger): Promise<void> {
  for (const line of lines) await line(logger)
}
