const NUMBER = /^\d+(?:\.\d+)?$/
const DATE = /^(?:mon|tue|wed|thu|fri|sat|sun)/i
/** Some services send the time itself (Docker Hub's X-Retry-After): no one asks to wait for 31 years. */
const SMALLEST_EPOCH_S = 1e9
const SMALLEST_EPOCH_MS = 1e12

/**
 * How long a Retry-After field asks to wait, in milliseconds from `now` (RFC 9110, 10.2.3): seconds, with
 * decimals too, or a date in any of the three forms of RFC 9110, 5.6.7. Undefined when it asks for nothing
 * that lies ahead.
 */
export function retryAfterMs(field: string | undefined, now: number): number | undefined {
  const text = field?.trim() ?? ''
  const wait = NUMBER.test(text) ? waitFor(Number(text), now) : dateOf(text) - now
  return wait > 0 ? wait : undefined
}

function waitFor(value: number, now: number): number {
  if (value >= SMALLEST_EPOCH_MS) return value - now
  if (value >= SMALLEST_EPOCH_S) return value * 1000 - now
  return value * 1000
}

/** NaN for what is no date. The asctime form bears no zone and is in UTC. */
function dateOf(text: string): number {
  if (!DATE.test(text)) return Number.NaN
  return Date.parse(/(?:GMT|UTC|[+-]\d{4})$/i.test(text) ? text : `${text} GMT`)
}
