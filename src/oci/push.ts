import { Failure } from '../shared/failure.ts'
import type { RegistryClient } from './client.ts'
import type { ManifestPut, Precondition } from './manifest-push.ts'
import type { Attaching } from './referrers.ts'
import type { Artifact, Blob } from './spec/blob.ts'
import type { Reference, Repository } from './spec/reference.ts'

/** What is asked beside the blobs is asked again when it is older than this: a round trip or two, as they are. */
const FRESH_MS = 2000

/** Registries that are consistent in a while (several nodes, one storage) take a moment to show a blob. */
const BLOBS_PAUSE_MS = 1000

export interface PushOptions {
  readonly client: Pick<RegistryClient, 'pushBlob' | 'pushMissing' | 'putManifest' | 'wait'>
  readonly reference: Reference
  /** Asked right before each attempt at writing the tag, unless an answer from beside the blobs is fresh. */
  readonly shouldWrite?: Precondition
  /** Whether it is asked beside the blobs as well; it is unless given. */
  readonly asksBesideBlobs?: boolean
}

/**
 * Pushes the blobs side by side, and asks meanwhile whether the tag is wanted; then the manifest under the tag: a registry
 * takes it only when it has the blobs. Should it say that it lacks one, those it does not show are sent once more. False
 * when the tag was not wanted any more.
 * @throws Failure
 */
export async function pushArtifact(
  artifact: Artifact,
  { client, reference, shouldWrite: ask, asksBesideBlobs = true }: PushOptions
): Promise<boolean> {
  const { repository } = reference
  const shouldWrite = ask && asksBesideBlobs ? askedAhead(ask) : ask
  const blobs = distinct([artifact.config, ...artifact.layers])
  await Promise.all(blobs.map((blob) => client.pushBlob(repository, blob)))
  return putTwice(
    () => client.putManifest(reference, artifact.manifest, shouldWrite),
    async () => {
      await client.pushMissing(repository, blobs)
      await client.wait(BLOBS_PAUSE_MS)
    }
  )
}

/** Once more after `restore`, where the registry says that it lacks something. @throws Failure */
async function putTwice(
  put: () => Promise<ManifestPut>,
  restore: () => Promise<void>
): Promise<boolean> {
  const first = await put()
  if (first.kind !== 'missing-blobs') return first.kind === 'stored'
  await restore()
  const second = await put()
  if (second.kind === 'missing-blobs') throw second.failure
  return second.kind === 'stored'
}

/** What is attached to an artifact before a tag shows it. */
export interface Attachments extends Attaching {
  readonly blobs: readonly Blob[]
}

interface UntaggedPushOptions {
  readonly client: Pick<
    RegistryClient,
    'pushBlob' | 'pushMissing' | 'putManifest' | 'putUntagged' | 'attach' | 'wait'
  >
  readonly reference: Reference
  /** What is thrown where the registry refuses the untagged manifest, or what is attached to it. */
  readonly refusal: (failure: Failure) => Failure
  /** Waited for when the blobs of the artifact are sent. */
  readonly attachments: () => Promise<Attachments>
}

export interface AttachedPushOptions extends UntaggedPushOptions {
  /** Asked beside the last request before the tag is written, and again where that is no longer fresh. */
  readonly shouldWrite: Precondition
}

/**
 * As `pushArtifact`, with the manifest under its digest first, then what is attached to it, then the tag. Nothing is read in
 * between: some registries show a manifest only once it is tagged (helm#31348) or signed (harbor#22908). What a registry has
 * swept meanwhile is sent once more.
 * @throws Failure
 */
export async function pushAttached(
  artifact: Artifact,
  options: AttachedPushOptions
): Promise<boolean> {
  const { client, reference, shouldWrite } = options
  const { repository } = reference
  const attachments = await putWithBlobs(artifact, options)
  const all = distinct([artifact.config, ...artifact.layers, ...attachments.blobs])
  const ask = askedAhead(shouldWrite)
  await attach(attachments, options)
  return putTwice(
    () => client.putManifest(reference, artifact.manifest, ask),
    async () => {
      await client.pushMissing(repository, all)
      await client.wait(BLOBS_PAUSE_MS)
      await putUntagged(artifact, options)
      await attach(attachments, options)
    }
  )
}

/** As `pushAttached`, without a tag. @throws Failure */
export async function pushUntagged(
  artifact: Artifact,
  options: UntaggedPushOptions
): Promise<void> {
  await attach(await putWithBlobs(artifact, options), options)
}

/** The manifest under its digest, and all blobs. */
async function putWithBlobs(
  artifact: Artifact,
  options: UntaggedPushOptions
): Promise<Attachments> {
  const { client, reference } = options
  const { repository } = reference
  const blobs = distinct([artifact.config, ...artifact.layers])
  await Promise.all(blobs.map((blob) => client.pushBlob(repository, blob)))
  const attachments = await options.attachments()
  await Promise.all([
    putUntagged(artifact, options),
    ...attachments.blobs.map((blob) => client.pushBlob(repository, blob))
  ])
  return attachments
}

async function putUntagged(
  { manifest, config, layers }: Artifact,
  { client, reference: { repository }, refusal }: UntaggedPushOptions
): Promise<void> {
  const put = () => {
    return putTwice(
      () => client.putUntagged(repository, manifest),
      async () => {
        await client.pushMissing(repository, [config, ...layers])
        await client.wait(BLOBS_PAUSE_MS)
      }
    )
  }
  await orRefusal(put, refusal)
}

async function attach(
  attachments: Attachments,
  { client, reference: { repository }, refusal }: UntaggedPushOptions
): Promise<void> {
  await orRefusal(() => client.attach(repository, attachments), refusal)
}

async function orRefusal<T>(
  work: () => Promise<T>,
  refusal: UntaggedPushOptions['refusal']
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof Failure ? refusal(error) : error
  }
}

/** Attaches to an artifact that is there. @throws Failure */
export async function attachTo(
  {
    client,
    repository
  }: {
    readonly client: Pick<RegistryClient, 'pushBlob' | 'attach'>
    readonly repository: Repository
  },
  attachments: Attachments
): Promise<void> {
  await Promise.all(attachments.blobs.map((blob) => client.pushBlob(repository, blob)))
  await client.attach(repository, attachments)
}

/** Asks at once; the first time that it is called, a fresh answer is enough. */
function askedAhead(ask: Precondition): Precondition {
  let ahead: Promise<{ readonly shouldWrite: boolean; readonly at: number }> | undefined
  ahead = ask().then((shouldWrite) => ({ shouldWrite, at: performance.now() }))
  ahead.catch(() => undefined)
  return async () => {
    const first = await ahead
    ahead = undefined
    if (!first) return ask()
    return first.shouldWrite && performance.now() - first.at > FRESH_MS ? ask() : first.shouldWrite
  }
}

function distinct(blobs: readonly Blob[]): readonly Blob[] {
  return [...new Map(blobs.map((blob) => [blob.digest, blob])).values()]
}
