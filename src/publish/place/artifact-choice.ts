import { setTimeout as sleep } from 'node:timers/promises'
import type { ChartArtifact } from '../artifact/artifact.ts'
import type { PackedChart } from '../artifact/packed-chart.ts'
import { targetText } from '../outcome.ts'
import type { PlannedPublication } from '../plan.ts'
import { type SharingOptions, type Surveyed, sharedArtifact } from './shared-artifact.ts'
import type { Standing } from './standing.ts'
import type { TargetTurns } from './target-turns.ts'

export interface ChoiceOptions extends SharingOptions {
  readonly turns: TargetTurns
  readonly signal: AbortSignal
}

/**
 * The artifact of one chart for all targets that it is to be written to, chosen once. What the targets have is waited
 * for first, since one of them may have the same content packed otherwise; but not longer than there is patience.
 */
export class ArtifactChoice {
  readonly #ours: PackedChart
  readonly #options: ChoiceOptions
  readonly #pending: Set<string>
  readonly #surveyed: Surveyed[] = []
  readonly #complete = new AbortController()
  #chosen: Promise<ChartArtifact> | undefined

  constructor(ours: PackedChart, planned: readonly PlannedPublication[], options: ChoiceOptions) {
    this.#ours = ours
    this.#options = options
    this.#pending = new Set(planned.map(({ target }) => targetText(target)))
  }

  /** Takes in what was found at a target. Returns what is to be written there; ours, where nothing is. */
  async join(one: Surveyed): Promise<ChartArtifact> {
    const target = targetText(one.publication.target)
    this.#surveyed.push(one)
    this.#pending.delete(target)
    if ('value' in one.survey) this.#options.turns.hasAnswered(target)
    if (this.#pending.size === 0 || isKind(one, 'same')) this.#complete.abort()
    if (!this.#isToBeWritten(one)) return this.#ours.artifact
    this.#chosen ??= this.#choose()
    return this.#chosen
  }

  #isToBeWritten(one: Surveyed): boolean {
    const isBad = isKind(one, 'different') || isKind(one, 'broken')
    const isOther = isBad && this.#options.ifExists === 'overwrite'
    return isKind(one, 'absent') || isOther
  }

  async #choose(): Promise<ChartArtifact> {
    await this.#waitForOthers()
    const shared = await sharedArtifact([...this.#surveyed], this.#ours, this.#options)
    return shared ?? this.#ours.artifact
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

function isKind({ survey }: Surveyed, kind: Standing['kind']): boolean {
  return 'value' in survey && survey.value.kind === kind
}
