/** The latest time that an RFC 3339 year of four digits can name, in seconds. */
const LATEST_EPOCH = 253_402_300_799

/** Whether a file and an archive can be dated by these seconds: a whole number from 1970 to the year 9999. */
export function isEpoch(seconds: number): boolean {
  return Number.isInteger(seconds) && seconds >= 0 && seconds <= LATEST_EPOCH
}

/** Reads whole seconds since 1970; undefined for anything else. */
export function parseEpoch(text: string): number | undefined {
  const seconds = Number(text)
  return /^\d+$/.test(text) && isEpoch(seconds) ? seconds : undefined
}
