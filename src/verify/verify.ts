import { logAccess } from '../oci/access.ts'
import { RegistryPool } from '../oci/registry-pool.ts'
import { manifestText } from '../oci/spec/reference.ts'
import type { CommandContext } from '../shared/command-context.ts'
import { EXIT_CODES, exitCodeOf } from '../shared/failure.ts'
import { GRACE_MS, untilInterrupted } from '../shared/interruption.ts'
import { artifactHubReport } from './artifact-hub-report.ts'
import { checkProvenance } from './check-provenance.ts'
import { checkStatements } from './check-statements.ts'
import { decide, type Question } from './decide.ts'
import { type FetchedTrust, fetchTrust } from './fetch-trust.ts'
import { remarksOn } from './remarks.ts'
import { readTrustAnchors, type TrustAnchors } from './trust-anchors.ts'
import type { TrustReport } from './trust-report.ts'
import type { VerifyInput, VerifyRequest } from './verify-request.ts'

/** What became of all references. */
export interface VerifyOutcome {
  /** Of every reference that could be read, in their order. */
  readonly reports: readonly TrustReport[]
  /** What was thrown for those that could not, in their order. */
  readonly errors: readonly unknown[]
  /** That of the first reference that could not be read or is not valid; 0 when there is none. */
  readonly exitCode: number
}

/**
 * Verifies what vouches for every reference, one after the other, also when one of them cannot be read.
 * @throws Failure usage, when a file of the user cannot be read; the signal's reason, when interrupted
 */
export async function verifyAll(
  request: VerifyRequest,
  context: CommandContext
): Promise<VerifyOutcome> {
  const run = new VerifyRun(request, context)
  try {
    return await untilInterrupted(run.all(), context.signal, GRACE_MS)
  } finally {
    await run.close()
  }
}

class VerifyRun {
  readonly #request: VerifyRequest
  readonly #context: CommandContext
  readonly #clients: RegistryPool

  constructor(request: VerifyRequest, context: CommandContext) {
    this.#request = request
    this.#context = context
    this.#clients = new RegistryPool(request, context, 'pull')
  }

  async all(): Promise<VerifyOutcome> {
    const { signal } = this.#context
    this.#logAccess()
    const anchors = await readTrustAnchors(this.#request, signal)
    const reports: TrustReport[] = []
    const errors: unknown[] = []
    let exitCode = 0
    for (const item of this.#request.inputs) {
      try {
        const report = await this.#verify(item, anchors)
        reports.push(report)
        if (report.verdict !== 'valid') exitCode ||= EXIT_CODES.signing
      } catch (error) {
        errors.push(error)
        exitCode ||= exitCodeOf(error)
      }
      signal.throwIfAborted()
    }
    return { reports, errors, exitCode }
  }

  #logAccess(): void {
    const hosts = this.#request.inputs.map(({ reference }) => reference.repository.host)
    logAccess(this.#request, hosts, this.#context.logger)
  }

  async close(): Promise<void> {
    await this.#clients.close()
  }

  async #verify({ input, reference }: VerifyInput, anchors: TrustAnchors): Promise<TrustReport> {
    const fetched = await this.#clients.with(reference.repository, (client) => {
      return fetchTrust(client, reference)
    })
    return reportOn(input, fetched, anchors)
  }
}

/**
 * Verifies what a registry has shown.
 * @throws Failure, when it may be for a failure that it is not valid; signing, when the library for PGP is missing
 */
export async function reportOn(
  input: string,
  fetched: FetchedTrust,
  anchors: TrustAnchors
): Promise<TrustReport> {
  const { reference, root, attached, failures } = fetched
  const { digest } = root
  const statements = await checkStatements(attached, digest, anchors)
  const provenanceFile = await checkProvenance(fetched.provenance, anchors.keyring)
  const question = questionOf(anchors)
  const { verdict, problems } = decide({ statements, provenanceFile }, question)
  const [failure] = failures
  if (verdict !== 'valid' && failure) throw failure
  return {
    input,
    ref: manifestText(reference.repository, reference.tag ?? digest),
    digest,
    verdict,
    identityChecked: Object.values(question).includes(true),
    statements,
    provenanceFile,
    artifactHub: artifactHubReport(fetched.artifactHub),
    problems: [...problems, ...remarksOn(fetched)]
  }
}

function questionOf({ policy, keys, keyring }: TrustAnchors): Question {
  return { identity: policy !== undefined, key: keys.length > 0, provenance: keyring.length > 0 }
}
