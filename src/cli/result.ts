import type { Inspection } from '../inspect/inspection.ts'
import type { Publication, PublicationError, Status } from '../publish/model/publication.ts'
import { inspectionJson, publicationJson } from '../publish/report/result-json.ts'
import { printableJson, visible } from '../shared/printable.ts'
import type { SecretRegistry } from '../shared/secret-registry.ts'

const NOTHING_THERE: readonly Status[] = ['failed', 'not-attempted']

interface TextOptions {
  readonly ociLayout: string | undefined
  readonly secrets: SecretRegistry
}

/**
 * The publication as one line on standard output: its reference with the digest, in a dry run that which it would have;
 * for a chart that was only packaged the path of its archive, or its place in the OCI image layout. Nothing for one that
 * failed or was not attempted.
 */
export function textResult(
  { status, ref, digest, archive }: Publication,
  { ociLayout, secrets }: TextOptions
): string {
  if (NOTHING_THERE.includes(status)) return ''
  if (status === 'packaged') {
    const path = archive ?? `oci-layout:${ociLayout}@${digest}`
    return `${visible(secrets.redactPath(path))}\n`
  }
  return ref === null ? '' : `${visible(`${ref}@${digest}`)}\n`
}

/** The one JSON object of `--json`; `error` is what failed before there was any publication. */
export function jsonResult(
  secrets: SecretRegistry,
  results: readonly Publication[],
  error: PublicationError | null = null
): string {
  return `${printableJson(publicationJson({ schemaVersion: 1, results, error }, secrets, 2))}\n`
}

/** As `jsonResult`, for `inspect`; `error` is that of the first input that could not be read. */
export function jsonInspections(
  secrets: SecretRegistry,
  results: readonly Inspection[],
  error: PublicationError | null = null
): string {
  return `${printableJson(inspectionJson({ schemaVersion: 1, results, error }, secrets, 2))}\n`
}
