import { TITLE, VERSION } from '../../chart/metadata/annotations.ts'
import type { Metadata } from '../../chart/metadata/metadata.ts'
import { isObject, parseJson } from '../../shared/json.ts'

/**
 * Where a manifest or a config names another chart than the archive: each as a clause, `the annotation … is "b"`. What is
 * missing names none. Registries and catalogs show these names, Helm those of the archive.
 */
export function otherNames(
  { manifest, config }: { readonly manifest: Buffer; readonly config: Buffer },
  { name, version }: Metadata
): readonly string[] {
  const annotations = objectIn(parseJson(manifest), 'annotations')
  const fields = parseJson(config)
  const claims = [
    [`the annotation ${TITLE}`, annotations[TITLE], name],
    [`the annotation ${VERSION}`, annotations[VERSION], version],
    ['`name` in the config', isObject(fields) ? fields['name'] : undefined, name],
    ['`version` in the config', isObject(fields) ? fields['version'] : undefined, version]
  ] as const
  return claims.flatMap(([place, claim, wanted]) => {
    return typeof claim === 'string' && claim !== wanted ? [`${place} is "${claim}"`] : []
  })
}

function objectIn(value: unknown, key: string): Readonly<Record<string, unknown>> {
  const inner = isObject(value) ? value[key] : undefined
  return isObject(inner) ? inner : {}
}
