import type { RegistryClient } from '../../oci/client.ts'
import { OCI_MANIFEST } from '../../oci/spec/media-types.ts'
import { type Reference, referenceText } from '../../oci/spec/reference.ts'
import { Failure } from '../../shared/failure.ts'
import type { Logger } from '../../shared/logger.ts'
import type { ChartArtifact } from '../artifact/artifact.ts'
import { storedContent } from '../artifact/stored-content.ts'
import { fetchArtifact } from './remote-chart.ts'
import type { Settled } from './settle.ts'

/** What the headers say was compared when the manifest came. */
const HEADERS = { contentType: OCI_MANIFEST, contentLength: undefined, digest: undefined }

export interface StoredOptions {
  readonly reference: Reference
  /** What this run packaged. */
  readonly packaged: ChartArtifact
  /** What it pushed, or would have: the artifact of another registry can take the place of its own. */
  readonly wanted: ChartArtifact
  readonly client: RegistryClient
  readonly logger: Logger
}

/**
 * The artifact that lies in the registry now, where it is the chart of this run in another archive, or with another
 * time: what is saved has to be what is published. Undefined where it is what this run packaged, or another chart.
 * @throws Failure registry, when it cannot be fetched
 */
export async function storedArtifact(
  { status, digest, manifest }: Settled,
  { reference, packaged, wanted, client, logger }: StoredOptions
): Promise<ChartArtifact | undefined> {
  const isOfRun = status === 'published' || status === 'unchanged'
  if (!isOfRun || digest === packaged.manifest.digest) return undefined
  logger.info(
    'The archive of the registry is saved, with its time, in place of the one of this run.'
  )
  if (digest === wanted.manifest.digest) return wanted
  const content = storedContent(manifest, OCI_MANIFEST)
  const found = { kind: 'found' as const, digest, bytes: manifest, headers: HEADERS }
  const stored =
    content.kind === 'chart' &&
    (await fetchArtifact(client, reference.repository, { ...content, manifest: found }))
  if (stored) return stored
  const message = `The archive of ${referenceText(reference)} cannot be saved: the registry does not have what its manifest names.`
  const fix = 'Leave `destination` empty, or publish a new version.'
  throw new Failure('registry', { message, fix })
}
