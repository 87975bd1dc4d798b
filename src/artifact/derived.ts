import { buildArtifact, type ChartArtifact } from './artifact.ts'
import { createdIn } from './created.ts'
import { PROVENANCE_TYPE } from './media-types.ts'
import { obstaclesIn } from './require-valid.ts'
import { validateArchive } from './validate-archive.ts'

interface DerivedOptions {
  /** Those of the run. */
  readonly annotations: ReadonlyMap<string, string>
  readonly requireGenuine: boolean
}

/**
 * Whether the manifest of a chart in a registry is exactly the one that a push of its archive writes, at the time that it
 * names: then it says nothing but what the archive says, and may be signed as such.
 */
export function isDerived(
  { manifest, chart, layers }: ChartArtifact,
  { annotations, requireGenuine }: DerivedOptions
): boolean {
  const { archive, problems } = validateArchive(chart.bytes)
  const created = createdIn(manifest.bytes)
  if (!archive || created === undefined) return false
  if (obstaclesIn(problems, requireGenuine).length > 0) return false
  const provenance = layers.find(({ mediaType }) => mediaType === PROVENANCE_TYPE)?.bytes
  const again = buildArtifact(archive, { created, provenance, annotations })
  return again.manifest.digest === manifest.digest
}
