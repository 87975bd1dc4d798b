import { createdTime } from '../../artifact/created.ts'
import type { PackedChart } from '../../artifact/packed-chart.ts'
import type { Publication, Status } from '../model/publication.ts'
import type { PushResult } from './push-plan.ts'

const SAME_CONTENT: readonly Status[] = ['published', 'unchanged', 'planned']

/**
 * A warning where targets have a chart under different digests, the result of publishing to them in several
 * runs, by a helm that writes other bytes each time: what is signed or pinned for one does not hold for another.
 */
export function differentDigests(publications: readonly Publication[]): string | undefined {
  const same = publications.flatMap((publication) => {
    const isPushed = 'content' in publication && 'place' in publication
    return isPushed && SAME_CONTENT.includes(publication.status) ? [publication] : []
  })
  if (new Set(same.map(({ content }) => content.digest)).size < 2) return undefined
  const places = same.map(({ place, content }) => `${place.ref} is ${content.digest}`)
  return `The files are the same, but the digests are not: ${places.join(', ')}. To get the same digest everywhere, publish a new version to all targets in one run.`
}

/**
 * A line on a given archive that the registry has byte for byte, but with another time, from which the digest comes. The
 * file may have lost its time in transfer, or have been packaged again: which of them is not known, and neither is wrong.
 */
export function otherTime(
  { manifest, content: { digest, chartDigest } }: PushResult,
  { given, artifact }: PackedChart
): string | undefined {
  const isSameArchive = given !== undefined && chartDigest === artifact.chart.digest
  if (!isSameArchive || digest === artifact.manifest.digest) return undefined
  const [theirs, ours] = [createdTime(manifest), createdTime(artifact.manifest.bytes)]
  if (!theirs || !ours || theirs.getTime() === ours.getTime()) return undefined
  const times = `${theirs.toISOString()} in the registry, ${ours.toISOString()} from the time of the file`
  return `The registry has this archive byte for byte with a different \`created\`: ${times}. The digest in the registry is used.`
}
