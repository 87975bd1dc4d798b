/** Seconds since `started` (of performance.now). */
export function elapsedSeconds(started: number): number {
  return (performance.now() - started) / 1000
}

/** The same as a text with two decimals. */
export function secondsSince(started: number): string {
  return elapsedSeconds(started).toFixed(2)
}
