import type { TransferState } from './transfer.ts'
import { wholeMs } from './transfer-text.ts'

/** Lines change their pace, and the estimate has its own error. */
const MARGIN = 1.25
const MINUTE_MS = 60_000
/** For more, another line is needed, not more time. */
const LONGEST_MS = 24 * 60 * MINUTE_MS

/**
 * A value for `timeout`, such as `12m`, that would do at the rate of what was under way when `timeoutMs` were over;
 * undefined when that is not known, or is longer than a day.
 */
export function enoughTime(
  states: readonly TransferState[],
  timeoutMs: number
): string | undefined {
  const needed = states.flatMap((state) => {
    const whole = wholeMs(state)
    // What came before the body has to be done again, too.
    return whole === undefined ? [] : [Math.max(timeoutMs - state.elapsedMs, 0) + whole]
  })
  if (needed.length === 0) return undefined
  const ms = Math.max(timeoutMs, ...needed) * MARGIN
  if (ms > LONGEST_MS) return undefined
  if (ms > MINUTE_MS) return `${Math.ceil(ms / MINUTE_MS)}m`
  return `${Math.ceil(ms / 10_000) * 10}s`
}
