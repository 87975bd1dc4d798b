import type { LookupFunction } from 'node:net'
import { Deadline } from '../http/deadline.ts'
import { NoAnswer } from '../http/network-failure.ts'
import { proxiesFrom } from '../http/proxy.ts'
import type { CommandContext } from '../shared/command-context.ts'
import { Failure } from '../shared/failure.ts'
import type { Logger } from '../shared/logger.ts'
import { type Every, type ProgressOptions, withProgress } from '../shared/progress.ts'
import { USER_AGENT } from '../shared/version.ts'
import type { RegistryAccess } from './access.ts'
import { type Credential, isSameCredential } from './auth/credential.ts'
import { findLogin } from './auth/find-credential.ts'
import { namesHost } from './auth/host-key.ts'
import type { Access as Rights } from './auth/token.ts'
import { RegistryClient } from './client.ts'
import { NotAttempted } from './errors/not-attempted.ts'
import { HostTransports } from './host-transports.ts'
import { type Repository, repositoryText } from './spec/reference.ts'

interface RegistryPoolContext extends CommandContext {
  /** Where progress is logged, at once; `logger` unless given. */
  readonly progress?: Logger
  /** How names become addresses, for registries that a stranger named. */
  readonly lookupFor?: (registry: URL) => LookupFunction
  readonly every?: Every | undefined
}

/** Every registry answers /v2/ at once. */
const ALIVE_MS = 2000

interface OpenClient {
  readonly host: string
  readonly credential: Credential | undefined
  readonly client: RegistryClient
}

/**
 * The clients of a run, one for each host and login, so that charts share connections. The time-out is that of
 * one publication. A host that did not answer at all is not asked again: what is left to do there fails at once, what
 * is under way ends by itself.
 */
export class RegistryPool {
  readonly #request: RegistryAccess
  readonly #context: RegistryPoolContext
  readonly #progress: ProgressOptions
  readonly #rights: Rights
  readonly #all: OpenClient[] = []
  readonly #transports: HostTransports
  readonly #logins = new Map<string, Promise<Credential | undefined>>()
  /** What those answered that were asked whether they are alive. */
  readonly #alive = new Map<RegistryClient, Promise<boolean>>()
  /** Hosts that are unreachable, with the failure that showed it. */
  readonly #unreachable = new Map<string, Failure>()

  /** Masks the logins of proxies, so that nothing is to be printed before. */
  constructor(request: RegistryAccess, context: RegistryPoolContext, rights: Rights) {
    this.#request = request
    this.#context = context
    this.#progress = { logger: context.progress ?? context.logger, every: context.every }
    this.#rights = rights
    const proxies = proxiesFrom(context.environment, context.secrets)
    this.#transports = new HostTransports(request, { ...context, proxies })
  }

  /** The time for all that one publication has to say to its registry. */
  deadlineFor(repository: Repository, about = repositoryText(repository)): Deadline {
    const { timeoutMs } = this.#request
    const { signal } = this.#context
    return new Deadline({ host: repository.host, about, timeoutMs, signal })
  }

  /**
   * Runs `body` with the client for a repository: logins may be bound to a path on their host.
   * @throws Failure; that of the time-out, when the time was over; NotAttempted, when the host is unreachable
   */
  async with<T>(
    repository: Repository,
    body: (client: RegistryClient) => Promise<T>,
    deadline = this.deadlineFor(repository)
  ): Promise<T> {
    const unreachable = this.#unreachable.get(repository.host)
    if (unreachable) throw new NotAttempted(repository.host, unreachable)
    const open = await this.#clientFor(repository)
    const { signal } = deadline
    try {
      return await withProgress(deadline.work, this.#progress, () => {
        return deadline.during(
          () => body(open.client.during(deadline)),
          this.#transports.to(open.host).log
        )
      })
    } catch (error) {
      const failure: unknown = signal.aborted ? signal.reason : error
      if (failure instanceof Failure) await this.#noteSilence(open, failure, signal.aborted)
      throw failure
    }
  }

  /** All attempts at a request ended without an answer, or the time was over before there was any. */
  async #noteSilence(
    { host, client }: OpenClient,
    failure: Failure,
    isOver: boolean
  ): Promise<void> {
    const { signal, logger } = this.#context
    if (!(failure instanceof NoAnswer) && !(isOver && (await this.#isSilent(client)))) return
    if (signal.aborted || this.#unreachable.has(host)) return
    this.#unreachable.set(host, failure)
    logger.info(`${host} does not answer: the remaining steps at this registry are not attempted.`)
  }

  /** Whether not a byte has come from a registry. One slow repository is not enough for that: others may be quick. */
  async #isSilent(client: RegistryClient): Promise<boolean> {
    if (client.received > 0) return false
    const alive =
      this.#alive.get(client) ?? client.isAlive(Math.min(ALIVE_MS, this.#request.timeoutMs))
    this.#alive.set(client, alive)
    return !(await alive)
  }

  async #clientFor(repository: Repository): Promise<OpenClient> {
    const { host } = repository
    const credential = await this.#loginFor(repository)
    const known = this.#all.find((entry) => {
      return entry.host === host && isSameCredential(entry.credential, credential)
    })
    return known ?? this.#open(host, credential)
  }

  /** Looked for once, whatever comes of it: each search is told in the log, and may ask a credential helper. */
  #loginFor(repository: Repository): Promise<Credential | undefined> {
    const key = `${repository.host}/${repository.name}`
    const known = this.#logins.get(key) ?? findLogin(repository, this.#request, this.#context)
    this.#logins.set(key, known)
    return known
  }

  /** Opens connections to hosts before there is anything to say to them: each costs two trips or three. */
  preconnect(hosts: readonly string[]): void {
    for (const host of new Set(hosts)) this.#transports.to(host).preconnect()
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map(({ client }) => client.close()))
    await this.#transports.close()
  }

  #open(host: string, credential: Credential | undefined): OpenClient {
    const { plainHttpHosts, tokenHosts } = this.#request
    const { transport, connection } = this.#transports.to(host)
    const client = new RegistryClient({
      ...this.#context,
      host,
      plainHttp: namesHost(plainHttpHosts, host, true),
      credential,
      tokenHosts,
      access: this.#rights,
      connection,
      transport,
      githubServer: this.#context.environment['GITHUB_SERVER_URL'],
      userAgent: USER_AGENT
    })
    const open = { host, credential, client }
    this.#all.push(open)
    return open
  }
}
