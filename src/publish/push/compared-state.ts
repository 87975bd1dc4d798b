import type { Differences } from '../../chart/content-identity.ts'
import type { FetchedManifest } from '../../oci/fetched-manifest.ts'
import type { LostBlobs } from './blob-check.ts'
import type { RemoteChart } from './remote-chart.ts'
import type { Foreign, Hidden } from './remote-state.ts'

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
  | Hidden

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
