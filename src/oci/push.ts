import type { RegistryClient } from './client.ts'
import type { Precondition } from './manifest-push.ts'
import type { Artifact, Blob } from './spec/blob.ts'
import type { Reference } from './spec/reference.ts'

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
  const put = await client.putManifest(reference, artifact.manifest, shouldWrite)
  if (put.kind !== 'missing-blobs') return put.kind === 'stored'
  await client.pushMissing(repository, blobs)
  await client.wait(BLOBS_PAUSE_MS)
  const again = await client.putManifest(reference, artifact.manifest, shouldWrite)
  if (again.kind === 'missing-blobs') throw again.failure
  return again.kind === 'stored'
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
