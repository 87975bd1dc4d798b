import { LogQueue, QueueLogger } from './log-queue.ts'
import type { Logger } from './logger.ts'

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
