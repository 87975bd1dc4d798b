import { stat } from 'node:fs/promises'
import { logAccess } from '../oci/access.ts'
import { RegistryPool } from '../oci/registry-pool.ts'
import type { CommandContext } from '../shared/command-context.ts'
import { EXIT_CODES, exitCodeOf } from '../shared/failure.ts'
import { GRACE_MS, untilInterrupted } from '../shared/interruption.ts'
import { diagnose } from './diagnose.ts'
import { fetchArtifact } from './fetch-artifact.ts'
import { inspectDirectory } from './inspect-directory.ts'
import { inspectFile } from './inspect-file.ts'
import {
  type Finding,
  type InspectInput,
  type Inspection,
  type InspectRequest,
  inspectionOf
} from './inspection.ts'

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
  context: CommandContext
): Promise<InspectOutcome> {
  const run = new InspectRun(request, context)
  try {
    return await untilInterrupted(run.all(), context.signal, GRACE_MS)
  } finally {
    await run.close()
  }
}

class InspectRun {
  readonly #request: InspectRequest
  readonly #context: CommandContext
  readonly #clients: RegistryPool

  constructor(request: InspectRequest, context: CommandContext) {
    this.#request = request
    this.#context = context
    this.#clients = new RegistryPool(request, context, 'pull')
  }

  async all(): Promise<InspectOutcome> {
    const inspections: Inspection[] = []
    const errors: unknown[] = []
    this.#logAccess()
    let exitCode = 0
    for (const item of this.#request.inputs) {
      try {
        const finding = await this.#inspect(item)
        const inspection = inspectionOf(item.input, finding, this.#request.requireGenuine)
        inspections.push(inspection)
        if (inspection.verdict === 'refused') exitCode ||= EXIT_CODES.chart
      } catch (error) {
        this.#context.signal.throwIfAborted()
        errors.push(error)
        exitCode ||= exitCodeOf(error)
      }
    }
    return { inspections, errors, exitCode }
  }

  #logAccess(): void {
    const hosts = this.#request.inputs.flatMap((input) => {
      return 'reference' in input ? [input.reference.repository.host] : []
    })
    logAccess(this.#request, hosts, this.#context.logger)
  }

  async close(): Promise<void> {
    await this.#clients.close()
  }

  async #inspect(item: InspectInput): Promise<Finding> {
    if ('path' in item) {
      const isDirectory = (await stat(item.path).catch(() => undefined))?.isDirectory() === true
      return isDirectory
        ? inspectDirectory(item.path, this.#context)
        : inspectFile(item.path, this.#context.signal)
    }
    const { reference } = item
    return this.#clients.with(reference.repository, async (client) => {
      return diagnose(await fetchArtifact(client, reference))
    })
  }
}
