import { RegistryClient } from '../oci/client.ts'
import type { Target } from '../oci/reference.ts'
import { VERSION } from '../shared/version.ts'
import type { RunContext } from './context.ts'
import type { PublishRequest } from './inputs.ts'

/** The clients of a run, one for each registry host, so that its charts share connections and logins. */
export class Clients {
  readonly #request: PublishRequest
  readonly #context: RunContext
  readonly #clients = new Map<string, RegistryClient>()

  constructor(request: PublishRequest, context: RunContext) {
    this.#request = request
    this.#context = context
  }

  for({ host }: Target): RegistryClient {
    const known = this.#clients.get(host)
    if (known) return known
    const { plainHttp, credential } = this.#request
    const userAgent = `publish-helm-chart/${VERSION}`
    const client = new RegistryClient({ ...this.#context, host, plainHttp, credential, userAgent })
    this.#clients.set(host, client)
    return client
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clients.values()].map((client) => client.close()))
  }
}
