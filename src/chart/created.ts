/**
 * The `created` annotation as `helm push` writes it: the time of the archive file, fraction cut
 * off, RFC 3339 in the local time zone; an offset of 0 prints `Z` (helm, pkg/pusher/ocipusher.go).
 */
export function createdText(time: Date): string {
  const seconds = Math.floor(time.getTime() / 1000)
  const offset = localOffsetMinutes(time)
  const local = new Date((seconds + offset * 60) * 1000)
  return local.toISOString().replace(/\.\d+Z$/, offsetText(offset))
}

/** Minutes by which local time is ahead of UTC at that moment. */
export function localOffsetMinutes(time: Date): number {
  return -time.getTimezoneOffset()
}

function offsetText(minutes: number): string {
  if (minutes === 0) return 'Z'
  const absolute = Math.abs(minutes)
  const hours = Math.floor(absolute / 60)
  return `${minutes < 0 ? '-' : '+'}${twoDigits(hours)}:${twoDigits(absolute % 60)}`
}

function twoDigits(value: number): string {
  return value.toString().padStart(2, '0')
}
