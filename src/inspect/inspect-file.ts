import {
  largeArchive,
  readArchiveFile,
  readProvenanceFile,
  requireArchiveFile
} from '../artifact/archive-file.ts'
import { buildArtifact, type ChartArtifact } from '../artifact/artifact.ts'
import { createdText, fileTime } from '../artifact/created.ts'
import { archiveName, provenanceProblems } from '../artifact/provenance.ts'
import { sizeProblems } from '../artifact/size-limits.ts'
import { validateArchive } from '../artifact/validate-archive.ts'
import type { ArchiveReading } from '../chart/archive.ts'
import { tagOf } from '../chart/metadata/chart-version.ts'
import { digestOf } from '../oci/spec/blob.ts'
import { type Finding, factsOfReading, type InspectedFacts } from './inspection.ts'

/**
 * Looks at an archive on this machine, and at FILE.prov beside it: what `helm push` would write.
 * @throws Failure usage, when it cannot be read
 */
export async function inspectFile(path: string, signal: AbortSignal): Promise<Finding> {
  const found = await requireArchiveFile(path)
  const problems = largeArchive(found)
  if (problems.length > 0) return { problems, facts: { size: Number(found.size) } }
  const { bytes, stats } = await readArchiveFile(path, signal)
  const provenance = await readProvenanceFile(path, signal)
  const reading = validateArchive(bytes)
  const { archive } = reading
  const created = createdText(fileTime(stats))
  const artifact = archive && buildArtifact(archive, { created, provenance })
  const chartDigest = artifact?.chart.digest ?? digestOf(bytes)
  return {
    problems: [
      ...reading.problems,
      ...(artifact ? sizeProblems(artifact) : []),
      ...(provenance
        ? provenanceProblems(provenance, chartDigest, archive && archiveName(archive.metadata))
        : [])
    ],
    facts: {
      ...factsOfReading(reading),
      size: bytes.length,
      chartDigest,
      ...(artifact && pushFacts(reading, artifact))
    }
  }
}

/** What a push would write. */
function pushFacts(
  { metadata }: ArchiveReading,
  { manifest, config }: ChartArtifact
): Partial<InspectedFacts> {
  const tag = metadata ? tagOf(metadata.version) : null
  return { tag, digest: manifest.digest, configDigest: config.digest }
}
