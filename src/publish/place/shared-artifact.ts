import { referenceText } from '../../oci/spec/reference.ts'
import type { Logger } from '../../shared/logger.ts'
import type { ChartArtifact } from '../artifact/artifact.ts'
import type { PlannedPublication } from '../plan.ts'
import { type Attempt, attempt } from './attempt.ts'
import type { Clients } from './clients.ts'
import { fetchArtifact } from './remote-chart.ts'
import type { Standing } from './standing.ts'

/** A publication, and what was found under its reference. */
export interface Surveyed {
  readonly publication: PlannedPublication
  readonly survey: Attempt<Standing>
}

/** The artifact that a target has over the same files, when another target has none yet; so all get one digest. */
export async function sharedArtifact(
  surveyed: readonly Surveyed[],
  { clients, logger }: { readonly clients: Clients; readonly logger: Logger }
): Promise<ChartArtifact | undefined> {
  if (!surveyed.some(({ survey }) => 'value' in survey && survey.value.kind === 'absent')) {
    return undefined
  }
  for (const { publication, survey } of surveyed) {
    if ('error' in survey || survey.value.kind !== 'same-content') continue
    const { remote } = survey.value
    const { repository } = publication.reference
    const fetched = await attempt(() => {
      return clients.with(repository, (client) => fetchArtifact(client, repository, remote))
    })
    if ('error' in fetched || !fetched.value) continue
    const place = referenceText(publication.reference)
    logger.info(`The artifact of ${place} is taken for the other registries.`)
    return fetched.value
  }
  return undefined
}
