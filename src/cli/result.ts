import type { Inspection } from '../publish/inspect/inspection.ts'
import type { Publication, PublicationError } from '../publish/publication.ts'
import { printableJson, visible } from '../shared/printable.ts'
import type { SecretKeeper } from '../shared/secret-keeper.ts'

/**
 * The publication as one line on standard output: its reference with the digest, in a dry run that which it would have;
 * for a chart that was only packaged the path of its archive, or its place in the OCI image layout. Nothing for one that
 * failed or was held back.
 */
export function textResult(
  { status, ref, digest, archive }: Publication,
  ociLayout: string | undefined
): string {
  if (status === 'failed') return ''
  if (status === 'packaged') return `${visible(archive ?? `oci-layout:${ociLayout}@${digest}`)}\n`
  return ref === null ? '' : `${visible(`${ref}@${digest}`)}\n`
}

/** The one JSON object of `--json`; `error` is what failed before there was any publication. */
export function jsonResult(
  secrets: SecretKeeper,
  results: readonly (Publication | Inspection)[],
  error: PublicationError | null = null
): string {
  return `${printableJson(secrets.toJson({ schemaVersion: 1, results, error }, 2))}\n`
}
