import { type StoredContent, storedContent } from '../../artifact/stored-content.ts'
import type { FetchedManifest } from '../../oci/fetched-manifest.ts'
import type { Reference } from '../../oci/spec/reference.ts'
import { Failure } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'
import type { PushClient } from './push-client.ts'
import type { RemoteChart } from './remote-chart.ts'

/** What a registry has under a reference, as far as the manifest says. */
export type RemoteState =
  | { readonly kind: 'absent' }
  | { readonly kind: 'chart'; readonly remote: RemoteChart }
  /** Meant as a chart, but Helm cannot use it. */
  | {
      readonly kind: 'broken-chart'
      readonly manifest: FetchedManifest
      /** Sentences. */
      readonly faults: readonly string[]
    }
  | Foreign
  | Hidden

/** Something is there, and a policy of the registry keeps everybody from reading it. */
export interface Hidden {
  readonly kind: 'hidden'
  readonly failure: Failure
}

/** Not a chart: nothing replaces it, skips it or reports it. */
export interface Foreign {
  readonly kind: 'foreign'
  readonly content: Extract<StoredContent, { kind: 'other' | 'unreadable' }>
}

/**
 * Asks a registry what it has under a reference. Only an answer that says so counts as absent.
 * @throws Failure, for any answer that leaves it open
 */
export async function readRemoteState(
  client: PushClient,
  reference: Reference
): Promise<RemoteState> {
  const answer = await client.getManifest(reference)
  if (answer.kind === 'absent') return { kind: 'absent' }
  if (answer.kind === 'refused') {
    if (answer.isHidden) return { kind: 'hidden', failure: answer.failure }
    throw answer.failure
  }
  const content = requireManifest(answer, reference)
  switch (content.kind) {
    case 'other':
    case 'unreadable':
      return { kind: 'foreign', content }
    case 'broken-chart':
      return { kind: 'broken-chart', manifest: answer, faults: content.faults }
    case 'chart':
      return { kind: 'chart', remote: { ...content, manifest: answer } }
  }
}

type Manifested = Exclude<StoredContent, { kind: 'no-manifest' }>

/** What a manifest describes. @throws Failure registry, when it is none, but a page of some other server */
export function requireManifest(
  { bytes, headers }: FetchedManifest,
  { repository }: Reference
): Manifested {
  const content = storedContent(bytes, headers.contentType)
  if (content.kind !== 'no-manifest') return content
  const message = `${repository.host} did not answer with a manifest.`
  const fix = `Check that ${input('registry')} names an OCI registry, with the right host and port.`
  throw new Failure('registry', { message, fix })
}
