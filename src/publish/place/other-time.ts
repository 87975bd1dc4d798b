import { createdTime } from '../artifact/created-time.ts'
import type { PackedChart } from '../artifact/packed-chart.ts'
import type { Settled } from './settle.ts'

/**
 * A line on a given archive that the registry has byte for byte, but with another time, from which the digest comes. The
 * file may have lost its time in transfer, or have been packaged again: which of them is not known, and neither is wrong.
 */
export function otherTime(
  { manifest, digest, chartDigest }: Settled,
  { given, artifact }: PackedChart
): string | undefined {
  const isSameArchive = given !== undefined && chartDigest === artifact.chart.digest
  if (!isSameArchive || digest === artifact.manifest.digest) return undefined
  const [theirs, ours] = [createdTime(manifest), createdTime(artifact.manifest.bytes)]
  if (!theirs || !ours || theirs.getTime() === ours.getTime()) return undefined
  const times = `${theirs.toISOString()} there, ${ours.toISOString()} is the time of the file`
  return `The registry has this archive byte for byte with another \`created\`: ${times}. The digest in the registry counts.`
}
