import { PROVENANCE_TYPE } from '../../artifact/media-types.ts'
import type { PackedChart } from '../../artifact/packed-chart.ts'
import type { ChartArchive } from '../../chart/archive.ts'
import { compareArchives, type Differences } from '../../chart/content-identity.ts'
import type { Blob } from '../../oci/spec/blob.ts'
import type { Descriptor } from '../../oci/spec/manifest.ts'
import { isObject, parseJson } from '../../shared/json.ts'
import type { ComparedState } from './compared-state.ts'
import type { RemoteArchive, RemoteChart } from './remote-chart.ts'

/** Both archives were read before, within Helm's own limits. */
const INFLATE_LIMIT_BYTES = 256 * 1024 * 1024

/** The archive in the registry is the one of this run, to the byte. */
export const OURS = { kind: 'ours' } as const

/** What was found of the blobs of a chart in a registry. */
interface Evidence {
  readonly archive: RemoteArchive | typeof OURS
  /** Among config, provenance, and an archive that is ours. */
  readonly missing: readonly Descriptor[]
}

/** How a chart in a registry compares with the one of this run, by what was found of its blobs. */
export function compareCharts(
  { archive: ours, artifact }: PackedChart,
  remote: RemoteChart,
  evidence: Evidence
): ComparedState {
  const { archive, missing } = evidence
  const blobs = [artifact.config, ...artifact.layers]
  // Helm reads name and version from the config.
  const isSameConfig = remote.config.digest === artifact.config.digest
  const isSame = isSameConfig && isSameContent(ours, archive)
  const lost = blobs.filter((blob) => isSame && missing.some(isEqualTo(blob)))
  const gone = missing.filter((blob) => !lost.some(isEqualTo(blob)))
  const fault = misstatedSize(blobs, remote) ?? faultIn(remote, { archive, missing: gone })
  if (fault !== undefined) {
    return { kind: 'broken', manifest: remote.manifest, faults: [fault], isOurs: false }
  }
  if (!isSame) return { kind: 'different', remote, differences: differencesOf(ours, archive) }
  const isOurs = remote.manifest.digest === artifact.manifest.digest
  return { kind: isOurs ? 'same' : 'equivalent', remote, lost, lostProvenance: gone }
}

function isEqualTo({ digest }: Descriptor) {
  return (other: Descriptor) => other.digest === digest
}

/** Why Helm cannot use a chart without the blobs that are missing, as a sentence. */
function faultIn(remote: RemoteChart, { archive, missing }: Evidence): string | undefined {
  const needed = missing.filter((blob) => !isProvenance(blob))
  if (archive.kind === 'missing') needed.push(remote.chart)
  if (needed.length > 0) {
    const digests = needed.map(({ digest }) => digest).join(', ')
    return `Its blobs are missing in the registry, or have other content: ${digests}.`
  }
  if (archive.kind !== 'read' || archive.reading.metadata) return undefined
  return archive.reading.problems[0]?.message
}

/** Helm does not pull a blob that has another size than its manifest says. */
function misstatedSize(blobs: readonly Blob[], { config, layers }: RemoteChart) {
  for (const { digest, size } of [config, ...layers]) {
    const blob = blobs.find((each) => each.digest === digest)
    if (blob && blob.size !== size) {
      return `Its manifest says that ${digest} has ${size} bytes; it has ${blob.size}.`
    }
  }
  return undefined
}

function isSameContent(ours: ChartArchive, archive: Evidence['archive']): boolean {
  if (archive.kind !== 'read') return archive.kind === 'ours'
  return archive.reading.archive?.contentIdentity === ours.contentIdentity
}

function differencesOf(ours: ChartArchive, archive: Evidence['archive']): Differences | undefined {
  if (archive.kind === 'ours') return { subcharts: [], added: [], removed: [], changed: [] }
  if (archive.kind !== 'read') return undefined
  return compareArchives(archive.bytes, ours.bytes, INFLATE_LIMIT_BYTES)
}

export function isProvenance({ mediaType }: { readonly mediaType: string }): boolean {
  return mediaType === PROVENANCE_TYPE
}

const CREATED = 'org.opencontainers.image.created'

/** What a chart's artifact has in addition to its files. */
interface Wrapping {
  readonly manifest: { readonly bytes: Buffer }
  readonly config: { readonly digest: string }
}

/** Whether two artifacts over the same files differ only in the bytes of archive and provenance, and in their time. */
export function isEquivalentArtifact(one: Wrapping, other: Wrapping): boolean {
  return one.config.digest === other.config.digest && outlineOf(one) === outlineOf(other)
}

/** A manifest without what packing anew changes, as text. */
function outlineOf({ manifest }: Wrapping): string {
  const parsed = parseJson(manifest.bytes)
  const { annotations, layers, ...others } = isObject(parsed) ? parsed : {}
  const notes = isObject(annotations) ? annotations : {}
  const kinds = Array.isArray(layers)
    ? layers.map((layer) => sorted(layer, ['digest', 'size']))
    : []
  return JSON.stringify([sorted(others), sorted(notes, [CREATED]), kinds])
}

function sorted(
  value: unknown,
  without: readonly string[] = []
): readonly (readonly [string, unknown])[] {
  const entries = Object.entries(isObject(value) ? value : {})
  return entries.filter(([key]) => !without.includes(key)).sort(([a], [b]) => (a < b ? -1 : 1))
}
