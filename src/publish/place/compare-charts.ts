import type { ChartArchive } from '../../chart/archive.ts'
import { compareArchives, type Differences } from '../../chart/compare.ts'
import type { Descriptor } from '../../oci/spec/manifest.ts'
import { PROVENANCE_TYPE } from '../artifact/media-types.ts'
import type { PackedChart } from '../artifact/packed-chart.ts'
import type { RemoteArchive, RemoteChart } from './remote-chart.ts'
import type { Broken, Standing } from './standing.ts'

/** Both archives were read before, within Helm's own limits. */
const INFLATE_LIMIT_BYTES = 256 * 1024 * 1024

/** The archive in the registry is the one of this run, to the byte. */
export const OURS = { kind: 'ours' } as const

/** What was found of the blobs of a chart in a registry. */
export interface Evidence {
  readonly archive: RemoteArchive | typeof OURS
  /** Among config, provenance, and an archive that is ours. */
  readonly missing: readonly Descriptor[]
}

/** What a chart in a registry is to the one of this run, by what was found of its blobs. */
export function compareCharts(
  { archive: ours, artifact }: PackedChart,
  remote: RemoteChart,
  { archive, missing }: Evidence
): Standing {
  const blobs = [artifact.config, ...artifact.layers]
  const lost = blobs.filter(({ digest }) => missing.some((blob) => blob.digest === digest))
  const gone = missing.filter(({ digest }) => blobs.every((blob) => blob.digest !== digest))
  const needed = gone.filter((blob) => !isProvenance(blob))
  if (archive.kind === 'missing') needed.push(remote.chart)
  if (needed.length > 0) return brokenBy(lostText(needed), remote)
  if (archive.kind === 'read' && !archive.reading.metadata) {
    return brokenBy(archive.reading.problems[0]?.message ?? '', remote)
  }
  // Helm reads name and version from the config, and fails where that is no chart's.
  if (remote.config.digest === artifact.config.digest && isSameContent(ours, archive)) {
    const isSame = remote.manifest.digest === artifact.manifest.digest
    return { kind: isSame ? 'same' : 'same-content', remote, lost, forgone: gone }
  }
  const needless = lost.filter((blob) => !isProvenance(blob))
  if (needless.length > 0) return brokenBy(lostText(needless), remote)
  return { kind: 'different', remote, differences: differencesOf(ours, archive) }
}

function isSameContent(ours: ChartArchive, archive: Evidence['archive']): boolean {
  if (archive.kind !== 'read') return archive.kind === 'ours'
  return archive.reading.archive?.contentIdentity === ours.contentIdentity
}

function differencesOf(ours: ChartArchive, archive: Evidence['archive']): Differences | undefined {
  if (archive.kind === 'ours') return { added: [], removed: [], changed: [] }
  if (archive.kind !== 'read') return undefined
  return compareArchives(archive.bytes, ours.bytes, INFLATE_LIMIT_BYTES)
}

function brokenBy(fault: string, { manifest }: RemoteChart): Broken {
  return { kind: 'broken', manifest, faults: [fault], isOurs: false }
}

function lostText(blobs: readonly Descriptor[]): string {
  return `The registry has lost what it consists of: ${blobs.map(({ digest }) => digest).join(', ')}.`
}

export function isProvenance({ mediaType }: { readonly mediaType: string }): boolean {
  return mediaType === PROVENANCE_TYPE
}
