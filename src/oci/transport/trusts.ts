import type { Environment } from '../../shared/environment.ts'
import type { Logger } from '../../shared/logger.ts'
import { isUntrusted } from './network-failure.ts'
import { systemAuthorities } from './system-authorities.ts'
import {
  DEFAULT_TLS,
  foreignTrust,
  registryTrust,
  type TlsSettings,
  type TrustOptions
} from './tls-options.ts'

/** What trust in a host depends on: the registry has settings of its own. */
export type Circle = 'registry' | 'other'

export interface TrustsOptions {
  readonly tls?: TlsSettings
  readonly environment?: Environment
  readonly logger: Logger
}

/**
 * How hosts are verified: with what Node and the inputs trust, and when that is not enough, with the authorities of
 * this machine as well, which are read then. Everything is made once: reading all authorities takes milliseconds.
 */
export class Trusts {
  readonly #options: TrustsOptions
  readonly #narrow = new Map<Circle, Promise<TrustOptions>>()
  readonly #wide = new Map<Circle, Promise<TrustOptions | undefined>>()
  #problem: string | undefined

  constructor(options: TrustsOptions) {
    this.#options = options
  }

  /** Runs `body`, which connects to `host`, with the trust in it; again with more when its certificate needs it. */
  async with<T>(
    circle: Circle,
    host: string | undefined,
    body: (trust: TrustOptions) => Promise<T>
  ): Promise<T> {
    try {
      return await body(await this.#narrowTrust(circle))
    } catch (error) {
      const wide = isUntrusted(error) ? await this.#wideTrust(circle) : undefined
      if (!wide) throw error
      const result = await body(wide)
      this.#options.logger.debug(`${host} is verified with the authorities of this machine.`)
      this.#narrow.set(circle, Promise.resolve(wide))
      return result
    }
  }

  #narrowTrust(circle: Circle): Promise<TrustOptions> {
    const trust = this.#narrow.get(circle) ?? this.#build(circle, [])
    this.#narrow.set(circle, trust)
    return trust
  }

  /** Undefined where this machine has no authorities. */
  #wideTrust(circle: Circle): Promise<TrustOptions | undefined> {
    const trust = this.#wide.get(circle) ?? this.#buildWide(circle)
    this.#wide.set(circle, trust)
    return trust
  }

  async #buildWide(circle: Circle): Promise<TrustOptions | undefined> {
    const { certificates, problem } = await systemAuthorities(this.#options.environment ?? {})
    if (problem !== undefined && problem !== this.#problem) this.#options.logger.warning(problem)
    this.#problem = problem
    return certificates.length === 0 ? undefined : this.#build(circle, certificates)
  }

  #build(circle: Circle, more: readonly string[]): Promise<TrustOptions> {
    const { tls = DEFAULT_TLS, environment = {} } = this.#options
    return (circle === 'registry' ? registryTrust : foreignTrust)(tls, environment, more)
  }
}
