import { isObject, parseJson } from '../shared/json.ts'

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

const NS_PER_MS = 1_000_000n

/**
 * The time of a file, cut to whole milliseconds as Go would cut it: a `Date` that Node makes of a stat is
 * rounded, so that 5.999999 s would become 6 s, and `created` another than `helm push` writes.
 */
export function fileTime({ mtimeNs }: { readonly mtimeNs: bigint }): Date {
  const rest = mtimeNs % NS_PER_MS
  const floor = mtimeNs / NS_PER_MS - (rest < 0n ? 1n : 0n)
  return new Date(Number(floor))
}

/** The time in a manifest, of which `helm push` would write the same manifest again; undefined where it has none. */
export function createdTime(manifest: Buffer): Date | undefined {
  const time = new Date(createdIn(manifest) ?? Number.NaN)
  return Number.isNaN(time.getTime()) ? undefined : time
}

/** The time in a manifest, as it is written there. */
export function createdIn(manifest: Buffer): string | undefined {
  const parsed = parseJson(manifest)
  const annotations = isObject(parsed) ? parsed['annotations'] : undefined
  const created = isObject(annotations)
    ? annotations['org.opencontainers.image.created']
    : undefined
  return typeof created === 'string' ? created : undefined
}
