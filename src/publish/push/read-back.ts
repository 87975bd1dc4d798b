import { headerProblems, LOOK, wrongType } from '../../artifact/manifest-problems.ts'
import type { FetchedManifest, ManifestAnswer } from '../../oci/fetched-manifest.ts'
import type { Artifact, Digest } from '../../oci/spec/blob.ts'
import { isManifest } from '../../oci/spec/manifest.ts'
import { mediaTypeOf, OCI_MANIFEST } from '../../oci/spec/media-types.ts'
import { type Reference, referenceText } from '../../oci/spec/reference.ts'
import { Failure } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'
import { type BlobCheckOptions, lostBlobs, missingBlobs } from './blob-check.ts'

/** For whoever has lost a race: nobody but the user knows whose content is the right one. */
export function overtakenFix(): string {
  return `Allow only one run at a time (\`concurrency\` in the workflow). If the registry has the wrong content, publish yours under a new ${input('version')}.`
}

export const KEEP_TYPE =
  'Configure the registry and the proxies in front of it not to change the Content-Type of manifests.'

export type ReadBackOptions = Omit<BlobCheckOptions, 'repository'> & {
  readonly reference: Reference
}

/**
 * Reads back what was pushed: the tag has to show the same bytes with the type of a manifest, and the blobs have to
 * exist; what is absent is asked for again after each of the pauses. Returns warnings, one of them when the registry
 * lets nobody read the tag.
 * @throws Failure conflict, when another run has written the tag since; verification otherwise
 */
export async function readBack(
  { manifest, config, layers }: Artifact,
  options: ReadBackOptions
): Promise<readonly string[]> {
  const { reference } = options
  const { repository } = reference
  const [shown, missing] = await Promise.all([
    readTag(manifest.digest, options),
    missingBlobs([config, ...layers], { ...options, repository })
  ])
  if (shown.kind === 'other') throw overtaken(reference, manifest.digest, shown.manifest)
  if (missing.length > 0) throw lostBlobs(reference, missing)
  return shown.warnings
}

/** What a tag shows after a push: the manifest that was pushed (as far as the registry lets us see), or another one. */
export type ShownTag =
  | { readonly kind: 'ours'; readonly warnings: readonly string[] }
  | { readonly kind: 'other'; readonly manifest: FetchedManifest }

/** Reads the tag back. @throws Failure verification, when it shows nothing, or what Helm does not take for a manifest */
export async function readTag(pushed: Digest, options: ReadBackOptions): Promise<ShownTag> {
  const { reference } = options
  const answer = await readUntilFound(reference.tag, options)
  if (answer.kind === 'absent') {
    throw lost(reference, 'but the registry does not show it')
  }
  if (answer.kind === 'refused') {
    return { kind: 'ours', warnings: [await unreadTag(pushed, answer.failure, options)] }
  }
  if (answer.digest === pushed) {
    return { kind: 'ours', warnings: servedWell(answer, reference) }
  }
  if (isManifest(answer.bytes)) return { kind: 'other', manifest: answer }
  throw new Failure('verification', {
    message: `${referenceText(reference)} was pushed as ${pushed}, but the registry returned something that is not a manifest (${answer.digest}).`,
    fix: LOOK
  })
}

async function readUntilFound(
  tagOrDigest: string,
  { client, reference: { repository }, pausesMs }: ReadBackOptions
): Promise<ManifestAnswer> {
  for (const pause of pausesMs) {
    const answer = await client.getManifestAfterPush(repository, tagOrDigest)
    if (answer.kind !== 'absent') return answer
    await client.wait(pause)
  }
  return client.getManifestAfterPush(repository, tagOrDigest)
}

/** Warnings about headers that keep Helm from reading the manifest. @throws Failure verification, for a wrong type */
function servedWell({ headers, digest }: FetchedManifest, reference: Reference): readonly string[] {
  const place = referenceText(reference)
  if (mediaTypeOf(headers.contentType) !== OCI_MANIFEST) {
    const { message } = wrongType(headers.contentType)
    throw new Failure('verification', {
      message: `${place} was pushed, but \`helm pull\` will fail. ${message}`,
      fix: KEEP_TYPE
    })
  }
  const problems = headerProblems(headers, digest)
  return problems.map(
    ({ message }) => `${place} was pushed, but \`helm pull\` may fail. ${message}`
  )
}

/**
 * A policy keeps the tag from being read. The digest may be readable all the same; where it is not, nothing shows
 * whether the manifest was stored.
 * @throws Failure verification, when the registry says that it does not have the manifest
 */
async function unreadTag(
  pushed: Digest,
  refused: Failure,
  options: ReadBackOptions
): Promise<string> {
  const { reference, signal } = options
  const place = referenceText(reference)
  const answer = await readUntilFound(pushed, options).catch((error: unknown) => {
    signal.throwIfAborted()
    if (error instanceof Failure) return { kind: 'refused' as const }
    throw error
  })
  if (answer.kind === 'absent') {
    throw lost(reference, `but the registry denies access to the tag, and does not have ${pushed}`)
  }
  if (answer.kind === 'found' && answer.digest !== pushed) {
    throw lost(reference, `but the registry returned ${answer.digest} for the digest ${pushed}`)
  }
  if (answer.kind === 'found') {
    return `The tag ${place} was pushed, but not verified; its manifest is in the registry. ${refused.message}`
  }
  return `${place} was pushed, but not verified. ${refused.message}`
}

/** @param why reads after "was pushed" */
function lost(reference: Reference, why: string): Failure {
  const message = `${referenceText(reference)} was pushed, ${why}.`
  const fix = 'Run it again; if the error persists, check the log of the registry.'
  return new Failure('verification', { message, fix })
}

/** Another run has written the tag since. */
export function overtaken(
  reference: Reference,
  pushed: Digest,
  { digest }: FetchedManifest
): Failure {
  const message = `${referenceText(reference)} was pushed as ${pushed}, but another run overwrote it with ${digest}.`
  return new Failure('conflict', { message, fix: overtakenFix() })
}
