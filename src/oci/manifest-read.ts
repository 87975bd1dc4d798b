import { foundManifest, type ManifestAnswer } from './found-manifest.ts'
import { ACCEPT_ALL_MANIFESTS } from './spec/media-types.ts'
import { pointerText, type Repository } from './spec/reference.ts'
import type { HttpResponse } from './transport/http.ts'
import type { Wire } from './wire.ts'

/** Where a manifest is: under a tag, or under its own digest. */
export interface ManifestPlace {
  readonly repository: Repository
  readonly pointer: string
}

/**
 * Reads a manifest (distribution-spec v1.1, "Pulling manifests"). `isAbsent` tells which refusals say that it is
 * not there.
 * @throws Failure
 */
export async function readManifest(
  wire: Wire,
  { repository, pointer }: ManifestPlace,
  isAbsent: (response: HttpResponse) => boolean
): Promise<ManifestAnswer> {
  const response = await wire.send(repository, {
    method: 'GET',
    url: wire.url(repository, `manifests/${pointer}`),
    headers: { accept: ACCEPT_ALL_MANIFESTS }
  })
  if (response.status === 200) return foundManifest(response)
  const failure = wire.refusal(response, `to show ${pointerText(repository, pointer)}`)
  if (isAbsent(response)) return { kind: 'absent', failure }
  if (response.status === 403 || response.status === 412) return { kind: 'refused', failure }
  throw failure
}

/** For after a push, when any 404 means that the registry lags behind. */
export function isNotFound({ status }: HttpResponse): boolean {
  return status === 404
}
