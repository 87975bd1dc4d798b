import type { FoundManifest } from '../../oci/found-manifest.ts'
import type { IsWanted } from '../../oci/manifest-push.ts'
import { blobOf } from '../../oci/spec/blob.ts'
import type { Digest } from '../../oci/spec/digest.ts'
import { OCI_MANIFEST } from '../../oci/spec/media-types.ts'
import { type Reference, referenceText } from '../../oci/spec/reference.ts'
import { Failure } from '../../shared/failure.ts'
import { isObject, parseJson } from '../../shared/json.ts'
import { isMovingTag } from '../artifact/oci-names.ts'
import { isNewer } from './newer-version.ts'
import { READ_BACK_PAUSES_MS, readBack } from './read-back.ts'
import type { Settled, SettleOptions } from './settle.ts'

/** What is to bear more tags. */
export interface Tagged {
  readonly settled: Settled
  /** Of the chart. */
  readonly version: string
}

/**
 * Writes the manifest of a publication under more tags, and returns warnings. Moving tags move, but a release
 * that is run again takes none back from a newer version. A tag that is a version obeys `if-exists` like any
 * version. What was skipped gets none: whose tags they are to be is decided when it is published.
 * @throws Failure conflict, when such a version exists with other content
 */
export async function moveTags(
  tagged: Tagged,
  tags: readonly string[],
  options: SettleOptions
): Promise<readonly string[]> {
  if (tagged.settled.status === 'skipped') {
    if (tags.length > 0) options.logger.info(`Not tagged ${tags.join(', ')} either.`)
    return []
  }
  const warnings: string[] = []
  for (const tag of tags) warnings.push(...(await moveTag(tag, tagged, options)))
  return warnings
}

/**
 * Finds out, before anything is pushed, whether a tag that is a version has other content.
 * @param digest that it is to have
 * @throws Failure conflict
 */
export async function refuseTakenTags(
  digest: Digest,
  tags: readonly string[],
  options: SettleOptions
): Promise<void> {
  if (options.ifExists !== 'fail') return
  for (const tag of tags.filter((each) => !isMovingTag(each))) {
    const place = { ...options.reference, tag }
    const there = await manifestAt(place, options)
    if (there && there.digest !== digest) {
      throw tagTaken(place, [there.digest, digest], 'Nothing was changed.')
    }
  }
}

async function moveTag(
  tag: string,
  tagged: Tagged,
  options: SettleOptions
): Promise<readonly string[]> {
  const place = { ...options.reference, tag }
  const before = await manifestAt(place, options)
  if (before?.digest === tagged.settled.digest) return []
  const isVersion = !isMovingTag(tag)
  const kept = before && (isVersion ? keptVersion : keptNewer)(place, before, { tagged, options })
  if (kept !== undefined) return [kept]
  const isWanted = async () => (await manifestAt(place, options)) === undefined
  const guard = isVersion && !before ? isWanted : undefined
  if (!(await write(place, tagged.settled, { ...options, isWanted: guard }))) {
    return moveTag(tag, tagged, options)
  }
  return before && isVersion ? [`${referenceText(place)} was moved from ${before.digest}.`] : []
}

interface Tagging {
  readonly tagged: Tagged
  readonly options: SettleOptions
}

/** Why a tag that is a version stays where it is. @throws Failure conflict */
function keptVersion(
  place: Reference,
  { digest: there }: FoundManifest,
  { tagged, options }: Tagging
): string | undefined {
  const { digest } = tagged.settled
  if (options.ifExists === 'overwrite') return undefined
  if (options.ifExists === 'skip') return `${referenceText(place)} was left at ${there}.`
  throw tagTaken(place, [there, digest], `${referenceText(options.reference)} is in place.`)
}

function tagTaken(
  place: Reference,
  [there, wanted]: readonly [there: Digest, wanted: Digest],
  rest: string
): Failure {
  const message = `The extra tag ${referenceText(place)} exists with other content: ${there} is there, ${wanted} was to be tagged. ${rest}`
  const fix = 'Leave the tag out of `tags`, or say by `if-exists` what is to become of it.'
  return new Failure('conflict', { message, fix })
}

/** Why a moving tag stays where it is: nothing was published, and it has moved on since. */
function keptNewer(
  place: Reference,
  { bytes }: FoundManifest,
  { tagged }: Tagging
): string | undefined {
  const { settled, version } = tagged
  const there = versionIn(bytes)
  if (settled.status !== 'unchanged' || there === undefined || !isNewer(there, version)) {
    return undefined
  }
  return `${referenceText(place)} was left at version ${there}, which is newer than ${version}.`
}

/** False when the tag was not wanted any more. */
async function write(
  place: Reference,
  { manifest, digest }: Settled,
  { dryRun, isWanted, ...options }: SettleOptions & { readonly isWanted: IsWanted | undefined }
): Promise<boolean> {
  if (dryRun) {
    options.logger.info(`It would be tagged ${place.tag} as well.`)
    return true
  }
  const put = await options.client.putManifest(place, blobOf(OCI_MANIFEST, manifest), isWanted)
  if (put.kind === 'missing-blobs') throw put.failure
  if (put.kind === 'unwanted') return false
  options.logger.info(`Tagged ${place.tag} as well.`)
  // Another run may rightly move a moving tag at once.
  if (isMovingTag(place.tag)) return true
  await readBack({ ...options, reference: place, pausesMs: READ_BACK_PAUSES_MS }, digest)
  return true
}

async function manifestAt(
  place: Reference,
  { client }: SettleOptions
): Promise<FoundManifest | undefined> {
  const present = await client.getManifest(place)
  if (present.kind === 'refused') throw present.failure
  return present.kind === 'found' ? present : undefined
}

/** The version of the chart that a manifest names, as `helm push` writes it. */
function versionIn(manifest: Buffer): string | undefined {
  const parsed = parseJson(manifest)
  const annotations = isObject(parsed) ? parsed['annotations'] : undefined
  const version = isObject(annotations)
    ? annotations['org.opencontainers.image.version']
    : undefined
  return typeof version === 'string' ? version : undefined
}
