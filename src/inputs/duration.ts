/** Node's timers take no more (2^31 - 1 ms). */
const LONGEST_SECONDS = 2_147_483
const SECONDS_PER_UNIT: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 }

/** Milliseconds in `90s`, `10m`, `1h` or plain seconds; undefined for anything else, nothing, and weeks. */
export function parseDuration(text: string): number | undefined {
  const [, digits, unit = 's'] = /^(\d{1,7})([smh])?$/.exec(text) ?? []
  if (digits === undefined) return undefined
  const seconds = Number(digits) * (SECONDS_PER_UNIT[unit] ?? 1)
  return seconds > 0 && seconds <= LONGEST_SECONDS ? seconds * 1000 : undefined
}
