import { isObject, parseJson } from './json.ts'

/** Whether `bytes` are a manifest or an index of the image spec, as opposed to a page that some server sends for everything. */
export function isManifest(bytes: Buffer): boolean {
  const parsed = parseJson(bytes)
  return isObject(parsed) && parsed['schemaVersion'] === 2
}
