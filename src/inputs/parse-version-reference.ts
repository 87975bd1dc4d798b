import { tagOf } from '../chart/metadata/chart-version.ts'
import { parseReference } from '../oci/spec/reference.ts'

/** As `parseReference`; a version may be given for the tag that Helm makes of it. */
export function parseVersionReference(text: string): ReturnType<typeof parseReference> {
  return parseReference(text.replace(/:[^:/@]*(?=@|$)/, (tag) => tagOf(tag)))
}
