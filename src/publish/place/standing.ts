import type { Differences } from '../../chart/compare.ts'
import type { RegistryClient } from '../../oci/client.ts'
import type { FoundManifest } from '../../oci/found-manifest.ts'
import type { Blob } from '../../oci/spec/blob.ts'
import type { Descriptor } from '../../oci/spec/manifest.ts'
import type { Reference } from '../../oci/spec/reference.ts'
import type { PackedChart } from '../artifact/packed-chart.ts'
import { missingBlobs, PRESENCE_PAUSES_MS } from './blob-check.ts'
import { compareCharts, isProvenance, OURS } from './compare-charts.ts'
import { type RemoteChart, readRemoteArchive } from './remote-chart.ts'
import { type Foreign, type RemoteState, readRemoteState } from './remote-state.ts'

/** What a registry has under the reference of a chart, compared with the chart itself. */
export type Standing =
  | { readonly kind: 'absent' }
  /** The same manifest, or another one over the same files, with the same config. */
  | {
      readonly kind: 'same' | 'same-content'
      readonly remote: RemoteChart
      /** Those of its blobs that the registry lost, and that this run can push again. */
      readonly lost: readonly Blob[]
      /** Those that it lost and that nobody needs for an installation: provenance. */
      readonly forgone: readonly Descriptor[]
    }
  | {
      readonly kind: 'different'
      readonly remote: RemoteChart
      /** Undefined where the chart that is there cannot be read. */
      readonly differences: Differences | undefined
    }
  /** Meant as a chart, but Helm cannot use it. */
  | Broken
  | Foreign

export interface Broken {
  readonly kind: 'broken'
  readonly manifest: FoundManifest
  /** Sentences. */
  readonly faults: readonly string[]
  /** Whether the manifest itself is the right one. */
  readonly isOurs: boolean
}

export interface StandingOptions {
  readonly client: RegistryClient
  readonly reference: Reference
  readonly signal: AbortSignal
}

/** Compares what a registry has with a chart, by fetching what decides, and finds out whether its blobs exist. @throws Failure */
export async function compareWith(
  wanted: PackedChart,
  state: RemoteState,
  options: StandingOptions
): Promise<Standing> {
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
      return chartStanding(wanted, state.remote, options)
  }
}

/** Finds out what a registry has under a reference, compared with a chart. @throws Failure */
export async function standingOf(wanted: PackedChart, options: StandingOptions): Promise<Standing> {
  const state = await readRemoteState(options.client, options.reference)
  return compareWith(wanted, state, options)
}

async function chartStanding(
  wanted: PackedChart,
  remote: RemoteChart,
  options: StandingOptions
): Promise<Standing> {
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
