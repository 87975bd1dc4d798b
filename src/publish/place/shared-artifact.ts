import { referenceText } from '../../oci/spec/reference.ts'
import type { Logger } from '../../shared/logger.ts'
import type { ChartArtifact } from '../artifact/artifact.ts'
import type { IfExists } from '../inputs/if-exists.ts'
import type { PlannedPublication } from '../plan.ts'
import { type Attempt, attempt } from './attempt.ts'
import type { Clients } from './clients.ts'
import { isPackedOtherwise } from './packed-otherwise.ts'
import { fetchArtifact } from './remote-chart.ts'
import type { Standing } from './standing.ts'

/** A publication, and what was found under its reference. */
export interface Surveyed {
  readonly publication: PlannedPublication
  readonly survey: Attempt<Standing>
}

export interface SharingOptions {
  readonly clients: Clients
  readonly ifExists: IfExists
  readonly logger: Logger
}

/**
 * The artifact that a target has over the same files as ours, when another target is to be written to and none has our
 * very own: so all get one digest. It has to differ from ours in nothing but how and when the files were packed, or who
 * may write to one registry would say what the others get.
 */
export async function sharedArtifact(
  surveyed: readonly Surveyed[],
  ours: ChartArtifact,
  { clients, ifExists, logger }: SharingOptions
): Promise<ChartArtifact | undefined> {
  if (!isCalledFor(surveyed, ifExists)) return undefined
  for (const { publication, survey } of surveyed) {
    if ('error' in survey || survey.value.kind !== 'same-content') continue
    const { remote } = survey.value
    const { reference } = publication
    const fetched = await attempt(() => {
      const { repository } = reference
      return clients.with(repository, (client) => fetchArtifact(client, repository, remote))
    })
    if ('error' in fetched || !fetched.value) continue
    const found = `The artifact of ${referenceText(reference)}`
    if (isPackedOtherwise(fetched.value, ours)) {
      logger.info(`${found} is taken for the other registries.`)
      return fetched.value
    }
    logger.info(`${found} has other annotations, another config or other layers: no other gets it.`)
  }
  return undefined
}

function isCalledFor(surveyed: readonly Surveyed[], ifExists: IfExists): boolean {
  const kinds = surveyed.map(({ survey }) => ('value' in survey ? survey.value.kind : undefined))
  if (kinds.includes('same')) return false
  return kinds.includes('absent') || (kinds.includes('different') && ifExists === 'overwrite')
}
