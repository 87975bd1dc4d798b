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
