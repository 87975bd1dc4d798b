import type { Logger } from './logger.ts'

/** Calls `tick` again and again until what is returned is called. */
export type Every = (ms: number, tick: () => void) => () => void

/** Some work that may take long. */
export interface LongWork {
  /** What it is about; no two that are under way at a time have the same. */
  readonly about: string
  /**
   * Says how far it is; undefined when it is not worth a line. `nextMs` is when it will be asked again if each answer is
   * a line of its own; undefined for a line that is kept up to date in place.
   */
  readonly report: (nextMs: number | undefined) => string | undefined
}

export interface ProgressOptions {
  readonly logger: Logger
  /** Timers, unless given, that do not keep the process alive. */
  readonly every?: Every | undefined
}

const LINE_MS = 10_000
const LIVE_MS = 1000

/** Does `work`, and says meanwhile how far it is: every ten seconds, or all the time where a line can be kept in place. */
export async function withProgress<T>(
  { about, report }: LongWork,
  { logger, every = timers }: ProgressOptions,
  work: () => Promise<T>
): Promise<T> {
  const textOf = (nextMs?: number) => {
    const text = report(nextMs)
    return text === undefined ? undefined : `${about}: ${text}`
  }
  const line = () => {
    const text = textOf(LINE_MS)
    if (text !== undefined) logger.info(`${text}.`)
  }
  const stop = logger.live
    ? every(LIVE_MS, () => logger.live?.(about, textOf()))
    : every(LINE_MS, line)
  try {
    return await work()
  } finally {
    stop()
    logger.live?.(about, undefined)
  }
}

function timers(ms: number, tick: () => void): () => void {
  const timer = setInterval(tick, ms).unref()
  return () => clearInterval(timer)
}
