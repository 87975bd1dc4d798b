import { isObject, parseJson } from '../../shared/json.ts'

/** The time in a manifest, of which `helm push` would write the same manifest again; undefined where it has none. */
export function createdTime(manifest: Buffer): Date | undefined {
  const parsed = parseJson(manifest)
  const annotations = isObject(parsed) ? parsed['annotations'] : undefined
  const created = isObject(annotations)
    ? annotations['org.opencontainers.image.created']
    : undefined
  const time = new Date(typeof created === 'string' ? created : Number.NaN)
  return Number.isNaN(time.getTime()) ? undefined : time
}
