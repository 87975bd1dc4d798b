import { referenceText } from '../../oci/spec/reference.ts'
import type { Deadline } from '../../oci/transport/deadline.ts'
import type { Logger } from '../../shared/logger.ts'
import type { ChartArtifact } from '../artifact/artifact.ts'
import { judgeArchive } from '../artifact/judge.ts'
import { PROVENANCE_TYPE } from '../artifact/media-types.ts'
import { obstaclesIn, type PackedChart } from '../artifact/packed-chart.ts'
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
  /** For all that the publication has to say to its registry. */
  readonly deadline: Deadline
}

export interface SharingOptions {
  readonly clients: Pick<Clients, 'with'>
  readonly ifExists: IfExists
  readonly requireGenuine: boolean
  readonly logger: Logger
}

/**
 * The artifact that a target has over the same files as ours, when another target is to be written to and none has our
 * very own: so all get one digest. It has to differ from ours in nothing but how and when the files were packed, or who
 * may write to one registry would say what the others get; and its archive has to be as good as ours had to be.
 */
export async function sharedArtifact(
  surveyed: readonly Surveyed[],
  ours: PackedChart,
  options: SharingOptions
): Promise<ChartArtifact | undefined> {
  const { clients, logger } = options
  if (!isCalledFor(surveyed, options.ifExists)) return undefined
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
    const why = whyNotShared(fetched.value, ours, options)
    if (why === undefined) {
      logger.info(`${found} is taken for the other registries.`)
      return fetched.value
    }
    logger.info(`${found} is not taken for the other registries: ${why}`)
  }
  return undefined
}

/** Why the artifact of one registry is not good enough for the others, as a sentence. */
function whyNotShared(
  theirs: ChartArtifact,
  { artifact, archive }: PackedChart,
  { requireGenuine }: SharingOptions
): string | undefined {
  if (!isPackedOtherwise(theirs, artifact)) {
    return 'it has other annotations, another config or other layers.'
  }
  const reading = judgeArchive(theirs.chart.bytes)
  const [problem] = obstaclesIn(reading.problems, requireGenuine)
  if (problem) return problem.message
  if (reading.archive?.contentIdentity !== archive.contentIdentity) return 'it has other files.'
  const provenance = theirs.layers.find(({ mediaType }) => mediaType === PROVENANCE_TYPE)
  const isOfArchive = provenance?.bytes.includes(theirs.chart.digest) ?? true
  return isOfArchive ? undefined : 'its provenance is of another archive.'
}

function isCalledFor(surveyed: readonly Surveyed[], ifExists: IfExists): boolean {
  const kinds = surveyed.map(({ survey }) => ('value' in survey ? survey.value.kind : undefined))
  if (kinds.includes('same')) return false
  const replaced = kinds.includes('different') || kinds.includes('broken')
  return kinds.includes('absent') || (replaced && ifExists === 'overwrite')
}
