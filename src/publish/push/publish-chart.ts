import { referenceText, repositoryText } from '../../oci/spec/reference.ts'
import { attempt, resultOf } from '../../shared/attempt.ts'
import { mapConcurrent } from '../../shared/concurrency.ts'
import type { Logger } from '../../shared/logger.ts'
import { type PlannedPublication, type ReadyChart, targetText } from '../model/plan.ts'
import { type Publication, withWarnings } from '../model/publication.ts'
import { compareState } from './compare-state.ts'
import { differentDigests } from './digest-mismatch.ts'
import { checkedPublic } from './public-check.ts'
import type { PushClient } from './push-client.ts'
import { type PublishOptions, pushOne } from './push-one.ts'
import { ArtifactChoice, type ComparedPublication } from './reuse-artifact.ts'

/**
 * Publishes one chart to all of its targets, each for itself: what fails at one does not affect the others, and does
 * not delay them. Where one of them has the same content already in another archive, the others get that very artifact.
 */
export async function publishChart(
  { packed }: ReadyChart,
  planned: readonly PlannedPublication[],
  options: PublishOptions
): Promise<readonly Publication[]> {
  const sideBySide = { concurrency: planned.length, logger: options.logger }
  const choice = new ArtifactChoice(packed, planned, options)
  const [first] = planned
  const subjectName = first ? repositoryText(first.reference.repository) : ''
  const publishAt = async (publication: PlannedPublication, logger: Logger) => {
    const compared = await comparePublication(publication, options)
    const title = `${referenceText(publication.reference)}:`
    if (planned.length > 1 && exists(compared)) logger.detail(title)
    else if (planned.length > 1) logger.info(title)
    const artifact = await choice.join(compared)
    const wanted = { ...packed, artifact }
    const pushed = await pushOne({ ...compared, wanted, subjectName }, { ...options, logger })
    const published = await checkedPublic(pushed, publication.reference, { ...options, logger })
    const line = failureLine(published)
    if (line !== undefined) logger.info(line)
    options.order.ended(publication, published)
    return published
  }
  const publications = await mapConcurrent(planned, sideBySide, (publication, logger) => {
    const target = targetText(publication.target)
    return options.turns.at(target, () => publishAt(publication, logger))
  })
  const warning = differentDigests(publications)
  if (warning === undefined) return publications
  options.logger.warning(warning)
  return publications.map((publication) => withWarnings(publication, [warning]))
}

/** Whether there is nothing to push, and so as a rule nothing to log. */
function exists({ compared }: ComparedPublication): boolean {
  return 'value' in compared && ['same', 'equivalent'].includes(compared.value.kind)
}

/** Compares what a registry has with the chart, as soon as it is known. */
async function comparePublication(
  publication: PlannedPublication,
  { clients, lookUps, signal }: PublishOptions
): Promise<ComparedPublication> {
  const { reference, chart } = publication
  const { deadline, state } = lookUps.of(publication)
  const compared = await attempt(async () => {
    const found = resultOf(await state)
    const compare = (client: PushClient) => {
      return compareState(chart.packed, found, { client, reference, signal })
    }
    return clients.with(reference.repository, compare, deadline)
  })
  return { publication, compared, deadline }
}

function failureLine({ status }: Publication): string | undefined {
  if (status === 'not-attempted') return 'Not attempted: the registry did not answer before.'
  return status === 'failed' ? 'Failed. See the error at the end of the log.' : undefined
}
