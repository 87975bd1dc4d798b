import type { PackedChart } from '../../artifact/packed-chart.ts'
import { type StoredContent, storedContent } from '../../artifact/stored-content.ts'
import type { Differences } from '../../chart/content-identity.ts'
import type { FetchedManifest } from '../../oci/fetched-manifest.ts'
import type { Reference } from '../../oci/spec/reference.ts'
import { Failure } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'
import { type LostBlobs, missingBlobs, PRESENCE_PAUSES_MS } from './blob-check.ts'
import { compareCharts, isProvenance, OURS } from './compare-charts.ts'
import type { PushClient } from './push-client.ts'
import { type RemoteChart, readRemoteArchive } from './remote-chart.ts'

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
  if (answer.kind === 'refused') throw answer.failure
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
  const message = `${repository.host} answered a request for a manifest with something else.`
  const fix = `Check that ${input('registry')} names an OCI registry, with the right host and port.`
  throw new Failure('registry', { message, fix })
}

/** What a registry has under the reference of a chart, compared with the chart itself. */
export type ComparedState =
  | { readonly kind: 'absent' }
  | MatchingChart
  | {
      readonly kind: 'different'
      readonly remote: RemoteChart
      /** Undefined where the chart that is there cannot be read. */
      readonly differences: Differences | undefined
    }
  /** Meant as a chart, but Helm cannot use it. */
  | Broken
  | Foreign

/** The same manifest, or another one over the same files, with the same config. */
export interface MatchingChart extends LostBlobs {
  readonly kind: 'same' | 'equivalent'
  readonly remote: RemoteChart
}

export interface Broken {
  readonly kind: 'broken'
  readonly manifest: FetchedManifest
  /** Sentences. */
  readonly faults: readonly string[]
  /** Whether the manifest itself is the right one. */
  readonly isOurs: boolean
}

interface CompareOptions {
  readonly client: PushClient
  readonly reference: Reference
  readonly signal: AbortSignal
}

/** Compares what a registry has with a chart, by fetching what decides, and finds out whether its blobs exist. @throws Failure */
export async function compareState(
  wanted: PackedChart,
  state: RemoteState,
  options: CompareOptions
): Promise<ComparedState> {
  switch (state.kind) {
    case 'absent':
    case 'foreign':
      return state
    case 'broken-chart': {
      const { manifest, faults } = state
      const isOurs = manifest.digest === wanted.artifact.manifest.digest
      return { kind: 'broken', manifest, faults, isOurs }
    }
    case 'chart':
      return compareChart(wanted, state.remote, options)
  }
}

/** Finds out what a registry has under a reference, compared with a chart. @throws Failure */
export async function readComparedState(
  wanted: PackedChart,
  options: CompareOptions
): Promise<ComparedState> {
  const state = await readRemoteState(options.client, options.reference)
  return compareState(wanted, state, options)
}

async function compareChart(
  wanted: PackedChart,
  remote: RemoteChart,
  options: CompareOptions
): Promise<ComparedState> {
  const { client, reference, signal } = options
  const { repository } = reference
  const isOurArchive = remote.chart.digest === wanted.artifact.chart.digest
  const fetched = isOurArchive ? undefined : readRemoteArchive(client, repository, remote)
  const others = remote.layers.filter(isProvenance)
  const checked = [remote.config, ...(isOurArchive ? [remote.chart] : []), ...others]
  const check = { client, repository, signal, pausesMs: PRESENCE_PAUSES_MS }
  const [missing, archive = OURS] = await Promise.all([missingBlobs(checked, check), fetched])
  return compareCharts(wanted, remote, { archive, missing })
}
