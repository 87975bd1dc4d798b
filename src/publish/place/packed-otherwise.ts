import { isObject, parseJson } from '../../shared/json.ts'

const CREATED = 'org.opencontainers.image.created'

/** What tells of a chart's artifact beside its files. */
export interface Wrapping {
  readonly manifest: { readonly bytes: Buffer }
  readonly config: { readonly digest: string }
}

/** Whether two artifacts over the same files differ in the bytes of archive and provenance and in their time alone. */
export function isPackedOtherwise(one: Wrapping, other: Wrapping): boolean {
  return one.config.digest === other.config.digest && outlineOf(one) === outlineOf(other)
}

/** A manifest without what packing anew changes, as text. */
function outlineOf({ manifest }: Wrapping): string {
  const parsed = parseJson(manifest.bytes)
  const { annotations, layers, ...others } = isObject(parsed) ? parsed : {}
  const notes = isObject(annotations) ? annotations : {}
  const kinds = Array.isArray(layers)
    ? layers.map((layer) => sorted(layer, ['digest', 'size']))
    : []
  return JSON.stringify([sorted(others), sorted(notes, [CREATED]), kinds])
}

function sorted(
  value: unknown,
  without: readonly string[] = []
): readonly (readonly [string, unknown])[] {
  const entries = Object.entries(isObject(value) ? value : {})
  return entries.filter(([key]) => !without.includes(key)).sort(([a], [b]) => (a < b ? -1 : 1))
}
