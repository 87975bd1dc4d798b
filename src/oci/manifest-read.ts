import { saysAbsent } from './answers/registry-answer.ts'
import { refuseEncoded } from './answers/unasked-encoding.ts'
import { foundManifest, type ManifestAnswer } from './found-manifest.ts'
import { ACCEPT_ALL_MANIFESTS } from './spec/media-types.ts'
import { pointerText, type Repository } from './spec/reference.ts'
import type { Wire } from './wire.ts'

/** Where a manifest is: under a tag, or under its own digest. */
export interface ManifestPlace {
  readonly repository: Repository
  readonly pointer: string
}

/**
 * - `said`: a manifest or a blob is absent when a registry says so
 * - `any`: every 404 means that it is absent (for now), as after a push, when the registry may lag behind
 */
export type Absence = 'said' | 'any'

/** Reads a manifest (distribution-spec v1.1, "Pulling manifests"). @throws Failure */
export async function readManifest(
  wire: Wire,
  { repository, pointer }: ManifestPlace,
  absence: Absence
): Promise<ManifestAnswer> {
  const response = await wire.send(repository, {
    method: 'GET',
    url: wire.url(repository, `manifests/${pointer}`),
    headers: { accept: ACCEPT_ALL_MANIFESTS },
    ...(absence === 'any' && { finalStatuses: [404] })
  })
  if (response.status === 200) {
    refuseEncoded(response, `the manifest of ${pointerText(repository, pointer)}`)
    return foundManifest(response)
  }
  const failure = wire.refusal(response, `to show ${pointerText(repository, pointer)}`)
  if (saysAbsent(response) || (absence === 'any' && response.status === 404)) {
    return { kind: 'absent', failure }
  }
  if (response.status === 403 || response.status === 412) return { kind: 'refused', failure }
  throw failure
}
