import type { Deadline } from '../../http/deadline.ts'
import type { RegistryClient } from '../../oci/client.ts'
import type { RegistryPool } from '../../oci/registry-pool.ts'
import { type Reference, referenceText, type Target } from '../../oci/spec/reference.ts'
import { type Attempt, attempt } from '../../shared/attempt.ts'
import { targetText } from '../model/plan.ts'
import { type RemoteState, readRemoteState } from './remote-state.ts'
import { TargetTurns } from './target-turns.ts'

/** What a registry has under a reference, as soon as it is known. */
export interface LookUp {
  /** For all that the publication has to say to its registry. */
  readonly deadline: Deadline
  readonly state: Promise<Attempt<RemoteState>>
}

/** Where a chart is to go. */
export interface Destination {
  readonly target: Target
  readonly reference: Reference
}

export interface LookUpOptions {
  readonly clients: Pick<RegistryPool, 'with' | 'deadlineFor'>
  /** How many are under way at a target at a time. */
  readonly concurrency: number
  /** Whether sessions for uploads are opened beside the look-up: a version is new in most runs. */
  readonly opensUploads: boolean
}

/** Config and archive. */
const USUAL_BLOBS = 2

/**
 * The look-ups of a run, each made once. They need no more than the names and the versions of the charts, so that they
 * are made while helm packages these.
 */
export class LookUps {
  readonly #clients: LookUpOptions['clients']
  readonly #turns: TargetTurns
  readonly #opensUploads: boolean
  readonly #all = new Map<string, LookUp>()

  constructor({ clients, concurrency, opensUploads }: LookUpOptions) {
    this.#opensUploads = opensUploads
    this.#clients = clients
    this.#turns = new TargetTurns(concurrency)
  }

  /** The look-up of a publication, which begins now unless it has begun. */
  of({ target, reference }: Destination): LookUp {
    const key = referenceText(reference)
    const known = this.#all.get(key) ?? this.#begin(target, reference)
    this.#all.set(key, known)
    return known
  }

  #begin(target: Target, reference: Reference): LookUp {
    const { repository } = reference
    const deadline = this.#clients.deadlineFor(repository, referenceText(reference))
    const ask = async (client: RegistryClient) => {
      if (this.#opensUploads) client.openUploads(repository, USUAL_BLOBS)
      return readRemoteState(client, reference)
    }
    const looked = () => attempt(() => this.#clients.with(repository, ask, deadline))
    return { deadline, state: this.#turns.at(targetText(target), looked) }
  }
}
