import type { Inspection } from '../publish/inspect/inspection.ts'
import type { Publication, PublicationError } from '../publish/publication.ts'
import { inspectionJson, publicationJson } from '../publish/result-json.ts'
import { printableJson, visible } from '../shared/printable.ts'
import type { SecretKeeper } from '../shared/secret-keeper.ts'

/** The publication as one line on standard output: its reference with the digest, or the path of the archive. */
export function textResult(
  { status, ref, digest, archive }: Publication,
  secrets: SecretKeeper
): string {
  if (status === 'failed' || status === 'planned') return ''
  const text = status === 'packaged' ? secrets.redactPath(`${archive}`) : `${ref}@${digest}`
  return `${visible(text)}\n`
}

/** The one JSON object of `--json`; `error` is what failed before there was any publication. */
export function jsonResult(
  secrets: SecretKeeper,
  results: readonly Publication[],
  error: PublicationError | null = null
): string {
  return `${printableJson(publicationJson({ schemaVersion: 1, results, error }, secrets, 2))}\n`
}

/** As `jsonResult`, for `inspect`; `error` is that of the first input that could not be read. */
export function jsonInspections(
  secrets: SecretKeeper,
  results: readonly Inspection[],
  error: PublicationError | null = null
): string {
  return `${printableJson(inspectionJson({ schemaVersion: 1, results, error }, secrets, 2))}\n`
}
