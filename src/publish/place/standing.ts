import { compareArchives, type Differences } from '../../chart/compare.ts'
import type { RegistryClient } from '../../oci/client.ts'
import type { FoundManifest } from '../../oci/found-manifest.ts'
import { isManifest } from '../../oci/spec/manifest.ts'
import type { Reference } from '../../oci/spec/reference.ts'
import { Failure } from '../../shared/failure.ts'
import type { PackedChart } from '../artifact/packed-chart.ts'
import { type RemoteChart, readRemoteArchive, remoteChart } from './remote-chart.ts'

/** What a registry has under the reference of a chart, beside the chart itself. */
export type Standing =
  | { readonly kind: 'absent' }
  /** The same manifest. */
  | { readonly kind: 'same'; readonly manifest: FoundManifest }
  /** Another manifest over the same files, with the same config. */
  | { readonly kind: 'same-content'; readonly remote: RemoteChart }
  | {
      readonly kind: 'different'
      readonly manifest: FoundManifest
      /** Undefined where what is there is no chart. */
      readonly remote: RemoteChart | undefined
      /** Undefined where the chart that is there cannot be read. */
      readonly differences: Differences | undefined
    }

/** Both archives were read before, within Helm's own limits. */
const INFLATE_LIMIT_BYTES = 256 * 1024 * 1024

/**
 * Looks at what lies under a reference: nothing, the same manifest, the same content, or something else.
 * Only an answer that says so counts as absent; content is compared by fetching the chart.
 * @throws Failure, for any answer that leaves it open
 */
export async function standingOf(
  { archive, artifact }: PackedChart,
  reference: Reference,
  client: RegistryClient
): Promise<Standing> {
  const answer = await client.getManifest(reference)
  if (answer.kind === 'absent') return { kind: 'absent' }
  if (answer.kind === 'refused') throw answer.failure
  if (!isManifest(answer.bytes)) throw noManifest(reference)
  if (answer.digest === artifact.manifest.digest) return { kind: 'same', manifest: answer }
  const remote = remoteChart(answer)
  const theirs = remote && (await readRemoteArchive(client, reference.repository, remote))
  // Helm reads name and version from the config, and fails where that is no chart's.
  const isSameConfig = remote?.config.digest === artifact.config.digest
  if (remote && isSameConfig && theirs?.archive?.contentIdentity === archive.contentIdentity) {
    return { kind: 'same-content', remote }
  }
  const differences = theirs && compareArchives(theirs.bytes, archive.bytes, INFLATE_LIMIT_BYTES)
  return { kind: 'different', manifest: answer, remote, differences }
}

function noManifest({ repository }: Reference): Failure {
  const message = `${repository.host} answered a request for a manifest with something else.`
  const fix = 'Check that `registry` names an OCI registry, with the right host and port.'
  return new Failure('registry', { message, fix })
}

/** Files that stand in a message; the rest is counted. */
const FILES_SHOWN = 5

/** The differences in words: `changed: "values.yaml"; added: "a", "b" and 3 more`. */
export function differencesText({ added, removed, changed }: Differences): string {
  const parts = [
    ['changed', changed],
    ['added', added],
    ['removed', removed]
  ] as const
  return parts
    .filter(([, paths]) => paths.length > 0)
    .map(([word, paths]) => `${word}: ${pathsText(paths)}`)
    .join('; ')
}

function pathsText(paths: readonly string[]): string {
  const shown = paths.slice(0, FILES_SHOWN).map((path) => `"${path}"`)
  const more = paths.length - shown.length
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ')
}
