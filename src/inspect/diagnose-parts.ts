import { tagMismatch, USE_DIGEST } from '../artifact/fetch-manifest.ts'
import { headerProblems, LOOK, REPUSH } from '../artifact/manifest-problems.ts'
import { type ChartProblem, chartError, chartWarning } from '../chart/model/problem.ts'
import type { FetchedManifest } from '../oci/fetched-manifest.ts'
import { isIndex, parseManifest } from '../oci/spec/manifest.ts'
import { mediaTypeOf, OCI_INDEX, OCI_MANIFEST } from '../oci/spec/media-types.ts'
import { countCharts, type LinkedManifest } from './chart-manifest.ts'
import type { FetchedArtifact } from './fetch-artifact.ts'

/**
 * What is wrong with the manifests that a reference leads to, as Helm 4.3 and 3.22 take them: oras-go copies
 * the root and all that is linked to it, and each has to be what its descriptor and its headers say.
 */
export function manifestProblems({
  reference,
  root,
  linked,
  hasMore,
  taggedDigest
}: FetchedArtifact): readonly ChartProblem[] {
  const { digest } = reference
  const mismatch = tagMismatch(reference, taggedDigest)
  const charts = countCharts(root, linked)
  return [
    ...headerProblems(root.headers, root.digest),
    ...(digest && digest !== root.digest ? [otherBytes('The manifest', digest, root.digest)] : []),
    ...(mismatch === undefined ? [] : [chartWarning('tag-not-digest', mismatch, USE_DIGEST)]),
    ...contentProblems(root),
    ...indexProblems(root, linked),
    ...linked.flatMap(linkProblems),
    ...(hasMore ? [tooManyLinks(linked.length)] : []),
    ...(charts > 1 ? [severalCharts(charts)] : [])
  ]
}

function contentProblems({ bytes, headers }: FetchedManifest): readonly ChartProblem[] {
  const reading = parseManifest(bytes)
  if ('fault' in reading) {
    const message = `The manifest cannot be read: ${reading.fault}.`
    return [chartError('manifest-malformed', message, REPUSH)]
  }
  const { manifest } = reading
  const type = mediaTypeOf(headers.contentType)
  return [
    ...(manifest.schemaVersion === 2 ? [] : [otherSchema(manifest.schemaVersion)]),
    ...(type === OCI_INDEX && !isIndex(manifest) ? [mixedUp('an index', 'a manifest')] : []),
    ...(type === OCI_MANIFEST && isIndex(manifest) ? [mixedUp('a manifest', 'an index')] : [])
  ]
}

function indexProblems(
  { bytes, headers }: FetchedManifest,
  linked: readonly LinkedManifest[]
): readonly ChartProblem[] {
  const reading = parseManifest(bytes)
  const type = mediaTypeOf(headers.contentType)
  if ('fault' in reading || type !== OCI_INDEX || !isIndex(reading.manifest)) return []
  if (linked.length === 0) {
    const message = 'The index has no manifest that Helm would fetch.'
    return [chartError('index-empty', message, REPUSH)]
  }
  const message =
    'The reference points to an index; Helm 3.18.1 to 3.20.0 and 4.0.0 to 4.1.1 refuse it.'
  return [chartWarning('index', message, 'Push the manifest of the chart itself under the tag.')]
}

function linkProblems({ descriptor, answer }: LinkedManifest): readonly ChartProblem[] {
  const name = `The manifest ${descriptor.digest}, which is linked`
  if (answer.kind !== 'found') {
    const message = `${name}, cannot be fetched: ${answer.failure.message}`
    return [chartError('manifest-missing', message, 'Push it, or push the chart without the link.')]
  }
  const { bytes, digest, headers } = answer
  const type = mediaTypeOf(headers.contentType)
  const reading = parseManifest(bytes)
  const faults = [
    ...(type === descriptor.mediaType ? [] : [`is served as "${headers.contentType ?? ''}"`]),
    ...(bytes.length === descriptor.size ? [] : [`has ${bytes.length} bytes`]),
    ...(digest === descriptor.digest ? [] : [`has the digest ${digest}`]),
    ...('fault' in reading ? [`cannot be read: ${reading.fault}`] : [])
  ]
  if (faults.length === 0) return []
  const { mediaType, size } = descriptor
  const message = `${name} as "${mediaType}" of ${size} bytes, ${faults.join(', ')}.`
  return [chartError('manifest-mismatch', message, REPUSH)]
}

function mixedUp(served: string, found: string): ChartProblem {
  const message = `The manifest is served as ${served}, but is ${found}.`
  return chartError('manifest-type', message, 'Push it with the correct Content-Type.')
}

function otherBytes(what: string, wanted: string, found: string): ChartProblem {
  const message = `${what} ${wanted} was requested, but the registry returned other content: ${found}.`
  return chartError('manifest-digest', message, LOOK)
}

function otherSchema(version: number | undefined): ChartProblem {
  const message = `The \`schemaVersion\` of the manifest is ${version ?? 'missing'}, the image spec requires 2.`
  return chartWarning('manifest-schema-version', message, REPUSH)
}

function tooManyLinks(count: number): ChartProblem {
  const message = `More than ${count} manifests are linked with this one, so not all were checked.`
  return chartError('index-too-large', message, 'Push the manifest of the chart itself.')
}

function severalCharts(count: number): ChartProblem {
  const message = `The reference points to ${count} different charts; Helm uses one of them at random.`
  return chartError('charts-several', message, 'Push each chart under a separate tag.')
}
