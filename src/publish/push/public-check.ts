import type { RegistryClient } from '../../oci/client.ts'

import type { RegistryPool } from '../../oci/registry-pool.ts'
import type { Digest } from '../../oci/spec/blob.ts'
import { manifestText, type Reference } from '../../oci/spec/reference.ts'
import { attempt } from '../../shared/attempt.ts'
import { Failure, messageAndWhy, problemOf } from '../../shared/failure.ts'
import type { Logger } from '../../shared/logger.ts'
import type { Publication } from '../model/publication.ts'
import { publicPackageFix } from './public-package.ts'

/** Registries show what was pushed, and rights that were given, after a while: 30 s in all. */
const PAUSES_MS: readonly number[] = [1000, 2000, 4000, 8000, 15_000]

export interface PublicChart {
  readonly reference: Reference
  readonly digest: Digest
  readonly chartDigest: Digest
  /** Bytes of the archive. */
  readonly size: number
}

/** Asks without any login. */
export type AnonymousClients = Pick<RegistryPool, 'with'>

interface PublicCheckOptions {
  readonly anonymous: AnonymousClients | undefined
  readonly dryRun: boolean
  readonly logger: Logger
}

/** With the failure, where not everybody can pull what is in its place. */
export async function checkedPublic(
  publication: Publication,
  reference: Reference,
  { anonymous, dryRun, logger }: PublicCheckOptions
): Promise<Publication> {
  const isThere = publication.status === 'published' || publication.status === 'unchanged'
  if (!anonymous || !isThere || dryRun) return publication
  const done = await attempt(() => requirePublic({ reference, ...publication.content }, anonymous))
  if ('error' in done) return { ...publication, error: done.error }
  logger.info('Everybody can pull it.')
  return publication
}

/**
 * Requires that a stranger can pull a chart: its manifest by digest and by tag, and its archive.
 * @throws Failure auth, with the page or command that makes the package public
 */
export async function requirePublic(
  chart: PublicChart,
  anonymous: AnonymousClients,
  pausesMs = PAUSES_MS
): Promise<void> {
  const { repository, tag } = chart.reference
  try {
    await anonymous.with(repository, (client) => pullPatiently(chart, client, pausesMs))
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const place = manifestText(repository, tag)
    const message = `${place} was published, but not everybody can pull it:`
    const why = messageAndWhy(problemOf(error))
    throw new Failure('auth', { message, why, fix: publicPackageFix(repository) }, error)
  }
}

type Client = Pick<RegistryClient, 'getManifestAfterPush' | 'blobPresence' | 'wait'>

async function pullPatiently(
  chart: PublicChart,
  client: Client,
  pausesMs: readonly number[]
): Promise<void> {
  for (const pause of pausesMs) {
    const isDone = await pull(chart, client).then(
      () => true,
      (error: unknown) => {
        if (error instanceof Failure) return false
        throw error
      }
    )
    if (isDone) return
    await client.wait(pause)
  }
  await pull(chart, client)
}

async function pull({ reference, digest, chartDigest, size }: PublicChart, client: Client) {
  const { repository, tag } = reference
  for (const place of [digest, tag]) {
    const answer = await client.getManifestAfterPush(repository, place)
    if (answer.kind !== 'found') throw answer.failure
  }
  const presence = await client.blobPresence(repository, { digest: chartDigest, size })
  if (presence !== 'absent') return
  const message = `${repository.host} shows the manifest, but not the archive ${chartDigest}.`
  throw new Failure('registry', { message, fix: 'Check the storage of the registry.' })
}
