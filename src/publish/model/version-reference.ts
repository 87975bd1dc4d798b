import { tagOf } from '../../chart/metadata/chart-version.ts'
import { type ParsedReference, parseReference } from '../../oci/spec/artifact-reference.ts'

/** As `parseReference`; a version may be given for the tag that Helm makes of it. */
export function parseVersionReference(text: string): ParsedReference {
  return parseReference(text.replace(/:[^:/@]*(?=@|$)/, (tag) => tagOf(tag)))
}
