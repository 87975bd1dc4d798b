import type { ArtifactReference } from '../../oci/artifact-reference.ts'
import { RegistryClient } from '../../oci/client.ts'
import { repositoryText } from '../../oci/reference.ts'
import { EXIT_CODES, exitCodeOf } from '../../shared/failure.ts'
import { VERSION } from '../../shared/version.ts'
import { GRACE_MS, untilInterrupted, watchInterruption } from '../interruption.ts'
import { findLogin, type LoginContext } from '../login.ts'
import { diagnose } from './diagnose.ts'
import { fetchExhibit } from './exhibit.ts'
import { inspectFile } from './file.ts'
import { type Finding, type Inspection, inspectionOf } from './inspection.ts'
import type { InspectInput, InspectRequest } from './request.ts'

export type InspectContext = Omit<LoginContext, 'signal'>

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
  readonly #clients = new Map<string, RegistryClient>()

  constructor(request: InspectRequest, context: InspectContext, signal: AbortSignal) {
    this.#request = request
    this.#context = context
    this.#signal = signal
  }

  async all(): Promise<InspectOutcome> {
    const inspections: Inspection[] = []
    const errors: unknown[] = []
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
    await Promise.all([...this.#clients.values()].map((client) => client.close()))
  }

  async #inspect(item: InspectInput): Promise<Finding> {
    if ('path' in item) return inspectFile(item.path)
    return diagnose(await fetchExhibit(await this.#clientFor(item.reference), item.reference))
  }

  /** One for each repository, since a login in a file may be for some of a host's alone. */
  async #clientFor({ repository }: ArtifactReference): Promise<RegistryClient> {
    const { credential, plainHttp, tokenHosts } = this.#request
    const place = credential ? repository.host : repositoryText(repository)
    const known = this.#clients.get(place)
    if (known) return known
    const context = { ...this.#context, signal: this.#signal }
    const client = new RegistryClient({
      ...context,
      host: repository.host,
      plainHttp,
      credential: await findLogin(repository, this.#request, context),
      tokenHosts,
      githubServer: this.#context.environment['GITHUB_SERVER_URL'],
      access: 'pull',
      userAgent: `publish-helm-chart/${VERSION}`
    })
    this.#clients.set(place, client)
    return client
  }
}
