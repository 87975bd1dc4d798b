import { setTimeout as sleep } from 'node:timers/promises'
import type { ChartArtifact } from '../../artifact/artifact.ts'
import { isDerived } from '../../artifact/derived.ts'
import { PROVENANCE_TYPE } from '../../artifact/media-types.ts'
import type { PackedChart } from '../../artifact/packed-chart.ts'
import { obstaclesIn } from '../../artifact/require-valid.ts'
import { validateArchive } from '../../artifact/validate-archive.ts'
import type { Deadline } from '../../http/deadline.ts'
import type { RegistryPool } from '../../oci/registry-pool.ts'
import { referenceText } from '../../oci/spec/reference.ts'
import { type Attempt, attempt } from '../../shared/attempt.ts'
import type { Logger } from '../../shared/logger.ts'
import { type PlannedPublication, targetText } from '../model/plan.ts'
import type { IfExists } from '../model/request.ts'
import type { Statements } from '../model/statements.ts'
import { isEquivalentArtifact } from './compare-charts.ts'
import type { ComparedState } from './compared-state.ts'
import { fetchArtifact } from './remote-chart.ts'
import type { TargetTurns } from './target-turns.ts'

export interface ChoiceOptions extends ReuseOptions {
  readonly turns: TargetTurns
  readonly signal: AbortSignal
}

/**
 * The artifact of one chart for all targets that it is to be written to, chosen once. What the targets have is waited
 * for first, since one of them may have the same content in another archive; but not longer than there is patience.
 */
export class ArtifactChoice {
  readonly #ours: PackedChart
  readonly #options: ChoiceOptions
  readonly #pending: Set<string>
  readonly #compared: ComparedPublication[] = []
  readonly #complete = new AbortController()
  #chosen: Promise<ChartArtifact> | undefined

  constructor(ours: PackedChart, planned: readonly PlannedPublication[], options: ChoiceOptions) {
    this.#ours = ours
    this.#options = options
    this.#pending = new Set(planned.map(({ target }) => targetText(target)))
  }

  /** Takes in what was found at a target. Returns what is to be written there; ours, where nothing is. */
  async join(one: ComparedPublication): Promise<ChartArtifact> {
    const target = targetText(one.publication.target)
    this.#compared.push(one)
    this.#pending.delete(target)
    if ('value' in one.compared) this.#options.turns.hasAnswered(target)
    if (this.#pending.size === 0 || isKind(one, 'same')) this.#complete.abort()
    // A copy is the same everywhere, to the byte.
    if (!this.#isWritten(one) || this.#ours.copied) return this.#ours.artifact
    this.#chosen ??= this.#choose()
    return this.#chosen
  }

  #isWritten(one: ComparedPublication): boolean {
    const isBad = isKind(one, 'different') || isKind(one, 'broken')
    const isOther = isBad && this.#options.ifExists === 'overwrite'
    return isKind(one, 'absent') || isOther
  }

  async #choose(): Promise<ChartArtifact> {
    await this.#waitForOthers()
    const reusable = await reusableArtifact([...this.#compared], this.#ours, this.#options)
    return reusable ?? this.#ours.artifact
  }

  async #waitForOthers(): Promise<void> {
    const { turns, signal } = this.#options
    const patience = Math.max(0, ...[...this.#pending].map((target) => turns.patienceWith(target)))
    if (patience === 0) return
    const end = AbortSignal.any([signal, this.#complete.signal])
    await sleep(patience, undefined, { signal: end }).catch(() => undefined)
    if (end.aborted) return
    for (const target of this.#pending) turns.isLate(target)
  }
}

function isKind({ compared }: ComparedPublication, kind: ComparedState['kind']): boolean {
  return 'value' in compared && compared.value.kind === kind
}

/** A publication, and what was found under its reference. */
export interface ComparedPublication {
  readonly publication: PlannedPublication
  readonly compared: Attempt<ComparedState>
  /** For all that the publication has to say to its registry. */
  readonly deadline: Deadline
}

export interface ReuseOptions {
  readonly clients: Pick<RegistryPool, 'with'>
  readonly ifExists: IfExists
  readonly requireGenuine: boolean
  /** Those of the run. */
  readonly annotations: ReadonlyMap<string, string>
  readonly statements: Pick<Statements, 'wanted'>
  readonly logger: Logger
}

/**
 * The artifact that a target has over the same files as ours, when another target is to be written to and none has our
 * very own: so all get one digest. It has to differ from ours in nothing but how and when the files were packaged, or who
 * may write to one registry would say what the others get; and its archive has to be as good as ours had to be.
 */
export async function reusableArtifact(
  publications: readonly ComparedPublication[],
  ours: PackedChart,
  options: ReuseOptions
): Promise<ChartArtifact | undefined> {
  const { clients, logger } = options
  if (!isReuseNeeded(publications, options.ifExists)) return undefined
  for (const { publication, compared } of publications) {
    if ('error' in compared || compared.value.kind !== 'equivalent') continue
    const { remote } = compared.value
    const { reference } = publication
    const fetched = await attempt(() => {
      const { repository } = reference
      return clients.with(repository, (client) => fetchArtifact(client, repository, remote))
    })
    if ('error' in fetched || !fetched.value) continue
    const found = `The artifact of ${referenceText(reference)}`
    const why = whyNotReusable(fetched.value, ours, options)
    if (why === undefined) {
      logger.info(`${found} is used for the other registries.`)
      return fetched.value
    }
    logger.info(`${found} is not used for the other registries: ${why}`)
  }
  return undefined
}

/** Why the artifact of one registry is not good enough for the others, as a sentence. */
function whyNotReusable(
  theirs: ChartArtifact,
  { artifact, archive }: PackedChart,
  { requireGenuine, annotations, statements }: ReuseOptions
): string | undefined {
  if (!isEquivalentArtifact(theirs, artifact)) {
    return 'its annotations, config or layers differ.'
  }
  const reading = validateArchive(theirs.chart.bytes)
  const [problem] = obstaclesIn(reading.problems, requireGenuine)
  if (problem) return problem.message
  if (reading.archive?.contentIdentity !== archive.contentIdentity) return 'its files differ.'
  const provenance = theirs.layers.find(({ mediaType }) => mediaType === PROVENANCE_TYPE)
  const isOfArchive = provenance?.bytes.includes(theirs.chart.digest) ?? true
  if (!isOfArchive) return 'its provenance is for another archive.'
  const isSigned = statements.wanted.includes('signature')
  if (!isSigned || isDerived(theirs, { annotations, requireGenuine })) return undefined
  return 'its manifest has more than what follows from its archive, so it may not be signed.'
}

function isReuseNeeded(publications: readonly ComparedPublication[], ifExists: IfExists): boolean {
  const kinds = publications.map(({ compared }) =>
    'value' in compared ? compared.value.kind : undefined
  )
  if (kinds.includes('same')) return false
  const replaced = kinds.includes('different') || kinds.includes('broken')
  return kinds.includes('absent') || (replaced && ifExists === 'overwrite')
}
