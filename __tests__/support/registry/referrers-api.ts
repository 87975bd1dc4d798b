// Without Jest, so that scripts can use it too.
import type { Fault } from './registry.ts'
import { sha256 } from './registry-store.ts'

export const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json'

/** The answer that lists some entries. */
export function indexAnswer(manifests: unknown, headers: Readonly<Record<string, string>> = {}) {
  const body = JSON.stringify({ schemaVersion: 2, mediaType: INDEX_TYPE, manifests })
  return { status: 200, headers: { 'content-type': INDEX_TYPE, ...headers }, body }
}

/** The referrers API before a registry that has none: lists whatever is put with a subject. */
export function referrersApi(): Fault {
  const bySubject = new Map<string, object[]>()
  return ({ method, url, body }) => {
    const [, subject] = /\/referrers\/(sha256:[0-9a-f]{64})/.exec(url) ?? []
    if (subject !== undefined) return indexAnswer(bySubject.get(subject) ?? [])
    if (method !== 'PUT' || !url.includes('/manifests/')) return undefined
    const { subject: named, mediaType, artifactType } = JSON.parse(body.toString('utf8'))
    if (!named) return undefined
    const entry = { mediaType, artifactType, digest: sha256(body), size: body.length }
    bySubject.set(named.digest, [...(bySubject.get(named.digest) ?? []), entry])
    return undefined
  }
}
