import type { Artifact } from '../oci/spec/blob.ts'
import { bundleOfManifest } from '../sigstore/bundle-manifest.ts'
import type { AttachedBundle } from './attached-bundles.ts'

/** A manifest that belongs to a chart, with all that it names, to be written elsewhere as it is. */
export interface AttachedArtifact extends Artifact {
  /** What it is, for messages: the most specific media type that it names. */
  readonly type: string
}

/** What older versions of cosign attach: by a tag that is made of the digest. */
export interface TaggedArtifact extends AttachedArtifact {
  readonly tag: string
}

/** What belongs to a chart in a registry. */
export interface ChartAttachments {
  readonly referrers: readonly AttachedArtifact[]
  readonly tagged: readonly TaggedArtifact[]
}

export const NO_ATTACHMENTS: ChartAttachments = { referrers: [], tagged: [] }

export function allAttached({ referrers, tagged }: ChartAttachments): readonly AttachedArtifact[] {
  return [...referrers, ...tagged]
}

/** All bytes of one. */
export function sizeOfAttached({ manifest, config, layers }: AttachedArtifact): number {
  return [manifest, config, ...layers].reduce((sum, { size }) => sum + size, 0)
}

/** The bundles of Sigstore among referrers. */
export function bundlesIn(referrers: readonly AttachedArtifact[]): readonly AttachedBundle[] {
  return referrers.flatMap(({ manifest, layers }) => {
    const named = bundleOfManifest(manifest.bytes)
    const layer = layers.find(({ digest }) => digest === named?.digest)
    return layer ? [{ digest: manifest.digest, bundle: layer.bytes }] : []
  })
}
