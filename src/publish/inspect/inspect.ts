import type { ArtifactReference } from '../../oci/artifact-reference.ts'
import { RegistryClient } from '../../oci/client.ts'
import { Deadline } from '../../oci/deadline.ts'
import { type Proxies, proxiesFrom, type Variables } from '../../oci/proxy.ts'
import { EXIT_CODES, exitCodeOf } from '../../shared/failure.ts'
import type { Logger } from '../../shared/logger.ts'
import type { SecretKeeper } from '../../shared/secret-keeper.ts'
import { VERSION } from '../../shared/version.ts'
import { GRACE_MS, untilInterrupted, watchInterruption } from '../interruption.ts'
import { diagnose } from './diagnose.ts'
import { fetchExhibit } from './exhibit.ts'
import { inspectFile } from './file.ts'
import { type Finding, type Inspection, inspectionOf } from './inspection.ts'
import type { InspectInput, InspectRequest } from './request.ts'

export interface InspectContext {
  readonly environment: Variables
  readonly secrets: SecretKeeper
  readonly logger: Logger
}

/** What became of all inputs. */
export interface InspectOutcome {
  /** Of every input that could be read, in their order. */
  readonly inspections: readonly Inspection[]
  /** What was thrown for those that could not, in their order. */
  readonly errors: readonly unknown[]
  /** That of the first input that could not be read or is refused; 0 when there is none. */
  readonly exitCode: number
}

/**
 * Inspects every input, one after the other, also when one of them cannot be read.
 * @throws Failure, when interrupted
 */
export async function inspectAll(
  request: InspectRequest,
  context: InspectContext
): Promise<InspectOutcome> {
  const interruption = watchInterruption()
  const run = new InspectRun(request, context, interruption.signal)
  try {
    return await untilInterrupted(run.all(), interruption.signal, GRACE_MS)
  } finally {
    await run.close()
    interruption.dispose()
  }
}

class InspectRun {
  readonly #request: InspectRequest
  readonly #context: InspectContext
  readonly #signal: AbortSignal
  /** By host. */
  readonly #current = new Map<string, Conversation>()
  readonly #all: Conversation[] = []
  readonly #proxies: Proxies

  constructor(request: InspectRequest, context: InspectContext, signal: AbortSignal) {
    this.#request = request
    this.#context = context
    this.#signal = signal
    this.#proxies = proxiesFrom(context.environment, context.secrets)
  }

  async all(): Promise<InspectOutcome> {
    const inspections: Inspection[] = []
    const errors: unknown[] = []
    for (const warning of this.#request.warnings) this.#context.logger.warning(warning)
    let exitCode = 0
    for (const item of this.#request.inputs) {
      try {
        const finding = await this.#inspect(item)
        const inspection = inspectionOf(item.input, finding, this.#request.requireGenuine)
        inspections.push(inspection)
        if (inspection.verdict === 'refused') exitCode ||= EXIT_CODES.chart
      } catch (error) {
        this.#signal.throwIfAborted()
        errors.push(error)
        exitCode ||= exitCodeOf(error)
      }
    }
    return { inspections, errors, exitCode }
  }

  async close(): Promise<void> {
    for (const { deadline } of this.#all) deadline.end()
    await Promise.all(this.#all.map(({ client }) => client.close()))
  }

  async #inspect(item: InspectInput): Promise<Finding> {
    if ('path' in item) return inspectFile(item.path)
    const { client, deadline } = this.#conversationWith(item.reference)
    try {
      return diagnose(await fetchExhibit(client, item.reference))
    } catch (error) {
      deadline.signal.throwIfAborted()
      throw error
    }
  }

  /** The time-out is for one input: it starts anew with each, and after it was over with new connections. */
  #conversationWith({ repository }: ArtifactReference): Conversation {
    const { host } = repository
    const known = this.#current.get(host)
    known?.deadline.restart()
    if (known && !known.deadline.signal.aborted) return known
    const conversation = this.#begin(host)
    this.#current.set(host, conversation)
    this.#all.push(conversation)
    return conversation
  }

  #begin(host: string): Conversation {
    const { credential, plainHttp, tls, timeoutMs } = this.#request
    const { environment } = this.#context
    const deadline = new Deadline({ host, timeoutMs, signal: this.#signal })
    const { signal, track } = deadline
    const client = new RegistryClient({
      ...this.#context,
      host,
      plainHttp,
      credential,
      access: 'pull',
      userAgent: `publish-helm-chart/${VERSION}`,
      signal,
      connection: { ...(tls && { tls }), proxies: this.#proxies, environment, track }
    })
    return { client, deadline }
  }
}

interface Conversation {
  readonly client: RegistryClient
  readonly deadline: Deadline
}
