/** Seconds since `started` (of performance.now), with two decimals. */
export function secondsSince(started: number): string {
  return ((performance.now() - started) / 1000).toFixed(2)
}
