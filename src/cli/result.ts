import type { Inspection } from '../publish/inspect/inspection.ts'
import type { Publication, PublicationError, Status } from '../publish/publication.ts'
import { printableJson, visible } from '../shared/printable.ts'
import type { SecretKeeper } from '../shared/secret-keeper.ts'

const NOTHING_THERE: readonly Status[] = ['failed', 'planned', 'not-attempted']

/** The publication as one line on standard output: its reference with the digest, or the path of the archive. */
export function textResult({ status, ref, digest, archive }: Publication): string {
  if (NOTHING_THERE.includes(status)) return ''
  return `${visible(status === 'packaged' ? `${archive}` : `${ref}@${digest}`)}\n`
}

/** The one JSON object of `--json`; `error` is what failed before there was any publication. */
export function jsonResult(
  secrets: SecretKeeper,
  results: readonly (Publication | Inspection)[],
  error: PublicationError | null = null
): string {
  return `${printableJson(secrets.toJson({ schemaVersion: 1, results, error }, 2))}\n`
}
