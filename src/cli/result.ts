import type { Inspection } from '../inspect/inspection.ts'
import type { Listing } from '../list/listing.ts'
import { savedSource, sourceText } from '../publish/model/chart-source.ts'
import type { Publication } from '../publish/model/publication.ts'
import type { ErrorJson, PublicationJson } from '../publish/model/publication-json.ts'
import {
  inspectionsJson,
  listingJson,
  reportsJson,
  resultsJson
} from '../publish/report/result-json.ts'
import { printableJson, visible } from '../shared/printable.ts'
import type { SecretRegistry } from '../shared/secret-registry.ts'
import type { TrustReport } from '../verify/trust-report.ts'

interface TextOptions {
  readonly ociLayout: string | undefined
  readonly secrets: SecretRegistry
}

/**
 * The publication as one line on standard output: its reference with the digest, in a dry run that which it would have;
 * for a chart that was only packaged the path of its archive, or its place in the OCI image layout. Nothing for one that
 * failed or was not attempted.
 */
export function textResult(publication: Publication, { ociLayout, secrets }: TextOptions): string {
  switch (publication.status) {
    case 'failed':
    case 'not-attempted':
      return ''
    case 'packaged': {
      const { archive, content } = publication
      const place = savedSource(String(ociLayout), content.digest)
      return `${visible(secrets.redactPath(archive ?? sourceText(place)))}\n`
    }
    default:
      return `${visible(`${publication.place.ref}@${publication.content.digest}`)}\n`
  }
}

/** The one JSON object of `--json`; `error` is what failed before there was any publication. */
export function jsonResult(
  secrets: SecretRegistry,
  results: readonly PublicationJson[],
  error: ErrorJson | null = null
): string {
  return `${printableJson(resultsJson({ schemaVersion: 1, results, error }, secrets, 2))}\n`
}

/** As `jsonResult`, for `inspect`; `error` is that of the first input that could not be read. */
export function jsonInspections(
  secrets: SecretRegistry,
  results: readonly Inspection[],
  error: ErrorJson | null = null
): string {
  return `${printableJson(inspectionsJson({ schemaVersion: 1, results, error }, secrets, 2))}\n`
}

/** As `jsonResult`, for `verify`; `error` is that of the first reference that could not be read. */
export function jsonReports(
  secrets: SecretRegistry,
  results: readonly TrustReport[],
  error: ErrorJson | null = null
): string {
  return `${printableJson(reportsJson({ schemaVersion: 1, results, error }, secrets, 2))}\n`
}

/** As `jsonResult`, for `list`; without a listing nothing could be read. `error` is that of the first tag that could not be. */
export function jsonListing(
  secrets: SecretRegistry,
  listing: Listing | undefined,
  error: ErrorJson | null = null
): string {
  const { versions = [], otherTags = [], total = null } = listing ?? {}
  const shown = { schemaVersion: 1, versions, otherTags, total, error }
  return `${printableJson(listingJson(shown, secrets, 2))}\n`
}
