import type { LogEntry, LoggedSignature } from './log-entry.ts'
import { Pace, type Rate } from './pace.ts'
import { addToRekorV1 } from './rekor-v1.ts'
import { addToRekorV2 } from './rekor-v2.ts'
import type { ServiceClient } from './service-client.ts'
import type { LogService, SigningServices } from './signing-services.ts'
import type { SigstoreAccess } from './sigstore-access.ts'
import { requestTimestamp } from './timestamp.ts'

/** What vouches for a signature and its time. */
export interface Proofs {
  readonly logEntries: readonly LogEntry[]
  /** RFC 3161, DER. */
  readonly timestamps: readonly Buffer[]
}

interface WitnessOptions {
  readonly services: Pick<SigningServices, 'logs' | 'timestampAuthorities'>
  readonly client: ServiceClient
  readonly access: SigstoreAccess
  /** Of signatures for one log. */
  readonly rate: Rate
}

/** The logs and timestamp authorities of a run. */
export class Witnesses {
  readonly #options: WitnessOptions
  readonly #paces: readonly Pace[]

  constructor(options: WitnessOptions) {
    this.#options = options
    this.#paces = options.services.logs.map(() => new Pace(options.rate))
  }

  /** For messages. */
  get logHosts(): string {
    return this.#options.services.logs.map(({ url }) => url.host).join(', ')
  }

  /** Waits until every log may get another signature. @throws the signal's reason on abort */
  async turn(): Promise<void> {
    await Promise.all(this.#paces.map((pace) => pace.turn(this.#options.access.signal)))
  }

  /**
   * Has a signature logged and dated, side by side. `exists` when a log has it already and does not say where.
   * @throws Failure signing, when nothing is under way any more; the signal's reason on abort
   */
  async witness(signature: LoggedSignature): Promise<Proofs | 'exists'> {
    const { services, client, access } = this.#options
    const logged = services.logs.map((log) => this.#log(log, signature))
    const dated = services.timestampAuthorities.map((url) => {
      return requestTimestamp(client, { url, signature: signature.envelope.signature }, access)
    })
    await Promise.allSettled([...logged, ...dated])
    const entries = await Promise.all(logged)
    const logEntries = entries.filter((entry) => entry !== 'exists')
    if (logEntries.length < entries.length) return 'exists'
    return { logEntries, timestamps: await Promise.all(dated) }
  }

  #log(
    { url: log, version }: LogService,
    signature: LoggedSignature
  ): Promise<LogEntry | 'exists'> {
    const { client, access } = this.#options
    const add = version === 2 ? addToRekorV2 : addToRekorV1
    return add(client, { log, signature }, access)
  }
}
