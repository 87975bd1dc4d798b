import { RegistryClient } from '../../oci/client.ts'
import { type Credential, isSameCredential } from '../../oci/login/credential.ts'
import type { Access as Rights } from '../../oci/login/scope.ts'
import type { Repository } from '../../oci/spec/reference.ts'
import { Deadline } from '../../oci/transport/deadline.ts'
import { NoAnswer } from '../../oci/transport/no-answer.ts'
import { type Proxies, proxiesFrom } from '../../oci/transport/proxy.ts'
import { Failure } from '../../shared/failure.ts'
import { VERSION } from '../../shared/version.ts'
import type { PublishRequest } from '../inputs/inputs.ts'
import { NotAttempted } from '../not-attempted.ts'
import { findLogin, type LoginContext, type LoginRequest } from './login.ts'

/** How the registries of a run are reached. */
export type AccessRequest = LoginRequest &
  Pick<PublishRequest, 'tokenHosts' | 'tls' | 'timeoutMs' | 'notices' | 'warnings'>

interface Conversation {
  readonly host: string
  readonly credential: Credential | undefined
  readonly client: RegistryClient
  readonly deadline: Deadline
}

/**
 * The clients of a run, one for each host and login, so that charts share connections. The time-out counts
 * anew with every time that a client is asked for; one whose time is over is not given again. A host that did not
 * answer at all is not asked again: what is left to do there fails at once, what is under way ends by itself.
 */
export class Clients {
  readonly #request: AccessRequest
  readonly #context: LoginContext
  readonly #rights: Rights
  readonly #proxies: Proxies
  readonly #all: Conversation[] = []
  readonly #logins = new Map<string, Promise<Credential | undefined>>()
  /** Hosts that are unreachable, with the failure that showed it. */
  readonly #unreachable = new Map<string, Failure>()

  /** Masks the logins of proxies, so that nothing is to be printed before. */
  constructor(request: AccessRequest, context: LoginContext, rights: Rights) {
    this.#request = request
    this.#context = context
    this.#rights = rights
    this.#proxies = proxiesFrom(context.environment, context.secrets)
  }

  /**
   * Runs `body` with the client for a repository: logins may be bound to a path on their host.
   * @throws Failure; that of the time-out, when the time was over; NotAttempted, when the host is unreachable
   */
  async with<T>(repository: Repository, body: (client: RegistryClient) => Promise<T>): Promise<T> {
    const unreachable = this.#unreachable.get(repository.host)
    if (unreachable) throw new NotAttempted(repository.host, unreachable)
    const conversation = await this.#conversationFor(repository)
    try {
      return await body(conversation.client)
    } catch (error) {
      const { signal } = conversation.deadline
      const failure: unknown = signal.aborted ? signal.reason : error
      if (failure instanceof Failure) this.#noteSilence(conversation, failure)
      throw failure
    }
  }

  /** All attempts at a request ended without an answer, or the time was over before there was one. */
  #noteSilence({ host, client, deadline }: Conversation, failure: Failure): void {
    const { signal, logger } = this.#context
    const isOver = deadline.signal.aborted && client.received === 0
    if (signal.aborted || this.#unreachable.has(host)) return
    if (!isOver && !(failure instanceof NoAnswer)) return
    this.#unreachable.set(host, failure)
    logger.info(`${host} does not answer: what is left to do there is not attempted.`)
  }

  async #conversationFor(repository: Repository): Promise<Conversation> {
    const { host } = repository
    const credential = await this.#loginFor(repository)
    const known = this.#all.find((entry) => {
      const isSame = entry.host === host && isSameCredential(entry.credential, credential)
      return isSame && !entry.deadline.signal.aborted
    })
    known?.deadline.restart()
    return known ?? this.#begin(host, credential)
  }

  /** Looked for once, whatever comes of it: each search is told in the log, and may ask a credential helper. */
  #loginFor(repository: Repository): Promise<Credential | undefined> {
    const key = `${repository.host}/${repository.name}`
    const known = this.#logins.get(key) ?? findLogin(repository, this.#request, this.#context)
    this.#logins.set(key, known)
    return known
  }

  async close(): Promise<void> {
    for (const { deadline } of this.#all) deadline.end()
    await Promise.all(this.#all.map(({ client }) => client.close()))
  }

  #begin(host: string, credential: Credential | undefined): Conversation {
    const { plainHttp, tokenHosts, tls, timeoutMs } = this.#request
    const { environment, signal } = this.#context
    const deadline = new Deadline({ host, timeoutMs, signal })
    const { track } = deadline
    const client = new RegistryClient({
      ...this.#context,
      host,
      plainHttp,
      credential,
      tokenHosts,
      access: this.#rights,
      signal: deadline.signal,
      connection: { ...(tls && { tls }), proxies: this.#proxies, environment, track },
      githubServer: environment['GITHUB_SERVER_URL'],
      userAgent: `publish-helm-chart/${VERSION}`
    })
    const conversation = { host, credential, client, deadline }
    this.#all.push(conversation)
    if (this.#rights === 'pull,push') void client.openAhead()
    return conversation
  }
}
