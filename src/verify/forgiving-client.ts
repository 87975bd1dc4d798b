import type { ReferrerClient } from '../artifact/attached-bundles.ts'
import type { RegistryClient } from '../oci/client.ts'
import { Failure, problemOf } from '../shared/failure.ts'

type Answers = {
  readonly [Verb in keyof ReferrerClient]: Awaited<ReturnType<RegistryClient[Verb]>>
}

/**
 * A client for what is attached: a request that fails is noted, and counts as something that cannot be read. What others
 * have attached must not keep a valid statement from being found; without one, the first failure is what went wrong.
 */
export class ForgivingClient implements ReferrerClient {
  readonly failures: Failure[] = []
  readonly #client: ReferrerClient

  constructor(client: ReferrerClient) {
    this.#client = client
  }

  listReferrers(...args: Parameters<ReferrerClient['listReferrers']>) {
    return this.#client.listReferrers(...args).catch((error): Answers['listReferrers'] => {
      this.#note(error)
      return { referrers: [], keptBy: 'api' }
    })
  }

  async getManifestAt(...args: Parameters<ReferrerClient['getManifestAt']>) {
    const answer = await this.#client
      .getManifestAt(...args)
      .catch((error): Answers['getManifestAt'] => {
        return { kind: 'refused', failure: thrown(error), isHidden: false }
      })
    if (answer.kind === 'refused') this.#note(answer.failure)
    return answer
  }

  getBlob(...args: Parameters<ReferrerClient['getBlob']>) {
    return this.#client.getBlob(...args).catch((error): Answers['getBlob'] => {
      this.#note(error)
      return { kind: 'wrong-size', size: undefined }
    })
  }

  #note(error: unknown): void {
    const failure = thrown(error)
    // A tag that stands where the index belongs is no other version of the chart.
    const isTag = failure.kind === 'conflict'
    this.failures.push(isTag ? new Failure('signing', problemOf(failure), failure) : failure)
  }
}

/** @throws whatever is no Failure: our own bug */
function thrown(error: unknown): Failure {
  if (error instanceof Failure) return error
  throw error
}
