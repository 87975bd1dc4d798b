import type { PackedChart } from '../../artifact/packed-chart.ts'
import type { Reference } from '../../oci/spec/reference.ts'
import { missingBlobs, PRESENCE_PAUSES_MS } from './blob-check.ts'
import { compareCharts, isProvenance, OURS } from './compare-charts.ts'
import type { ComparedState } from './compared-state.ts'
import type { PushClient } from './push-client.ts'
import { type RemoteChart, readRemoteArchive } from './remote-chart.ts'

import { type RemoteState, readRemoteState } from './remote-state.ts'

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
    case 'hidden':
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
