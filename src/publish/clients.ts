import { RegistryClient } from '../oci/client.ts'
import { type Credential, isSameCredential } from '../oci/credential.ts'
import type { Repository } from '../oci/reference.ts'
import { VERSION } from '../shared/version.ts'
import type { RunContext } from './context.ts'
import type { PublishRequest } from './inputs.ts'
import { findLogin } from './login.ts'

interface Known {
  readonly host: string
  readonly credential: Credential | undefined
  readonly client: RegistryClient
}

/** The clients of a run, one for each host and login, so that its charts share connections. */
export class Clients {
  readonly #request: PublishRequest
  readonly #context: RunContext
  readonly #known: Known[] = []

  constructor(request: PublishRequest, context: RunContext) {
    this.#request = request
    this.#context = context
  }

  /** The client for a repository: logins may be bound to a path on their host. @throws Failure */
  async for(repository: Repository): Promise<RegistryClient> {
    const { host } = repository
    const credential = await findLogin(repository, this.#request, this.#context)
    const known = this.#known.find((entry) => {
      return entry.host === host && isSameCredential(entry.credential, credential)
    })
    if (known) return known.client
    const client = this.#makeClient(host, credential)
    this.#known.push({ host, credential, client })
    return client
  }

  async close(): Promise<void> {
    await Promise.all(this.#known.map(({ client }) => client.close()))
  }

  #makeClient(host: string, credential: Credential | undefined): RegistryClient {
    const { plainHttp, tokenHosts } = this.#request
    return new RegistryClient({
      ...this.#context,
      host,
      plainHttp,
      credential,
      tokenHosts,
      githubServer: this.#context.environment['GITHUB_SERVER_URL'],
      userAgent: `publish-helm-chart/${VERSION}`
    })
  }
}
