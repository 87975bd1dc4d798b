import { type ChartProblem, chartError } from '../../chart/problem.ts'
import { mediaTypeOf, OCI_INDEX, OCI_MANIFEST } from '../../oci/spec/media-types.ts'

export const LOOK = 'Check the registry, and the proxies in front of it.'

/** How a registry serves a manifest. */
export interface ManifestHeaders {
  readonly contentType: string | undefined
  readonly contentLength: string | undefined
  /** Docker-Content-Digest. */
  readonly digest: string | undefined
}

/** What is wrong with the headers of a manifest whose bytes have this digest: Helm 4.3 and 3.22 fail on each. */
export function headerProblems(headers: ManifestHeaders, digest: string): readonly ChartProblem[] {
  const type = mediaTypeOf(headers.contentType)
  return [
    ...(type === OCI_MANIFEST || type === OCI_INDEX ? [] : [wrongType(headers.contentType)]),
    ...(headers.contentLength === undefined ? [noLength()] : []),
    ...(contradicts(headers.digest, digest) ? [otherDigest(headers.digest ?? '', digest)] : [])
  ]
}

/** Other algorithms than ours are taken on trust. */
function contradicts(claimed: string | undefined, digest: string): boolean {
  return claimed !== undefined && claimed !== digest && !/^sha(384|512):[0-9a-f]+$/.test(claimed)
}

/** The problem with a Content-Type by which Helm takes the manifest for something else. */
export function wrongType(contentType: string | undefined): ChartProblem {
  const served =
    contentType === undefined ? 'without a Content-Type' : `with the Content-Type "${contentType}"`
  const message = `The manifest is served ${served}, Helm takes "${OCI_MANIFEST}".`
  const fix = `Push the manifest with that type (\`helm push\` does), or have the registry and its proxies keep it.`
  return chartError('manifest-type', message, fix)
}

function noLength(): ChartProblem {
  const message = 'The manifest is served without a Content-Length, without which Helm reads none.'
  return chartError('manifest-length', message, LOOK)
}

function otherDigest(claimed: string, digest: string): ChartProblem {
  const message = `The registry says that the manifest has the digest ${claimed}, but its bytes have ${digest}.`
  return chartError('manifest-digest', message, LOOK)
}
