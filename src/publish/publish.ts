import { RegistryClient } from '../oci/client.ts'
import { Deadline } from '../oci/deadline.ts'
import { NO_PROXIES, type Proxies, proxiesFrom, proxyFor } from '../oci/proxy.ts'
import { originOf, referenceText, repositoryText, type Target } from '../oci/reference.ts'
import { Failure } from '../shared/failure.ts'
import { VERSION } from '../shared/version.ts'
import { chartReference, repeatedName } from './chart-reference.ts'
import type { RunContext } from './context.ts'
import { stageArchive } from './delivery.ts'
import type { PublishRequest } from './inputs.ts'
import { packChart } from './pack.ts'
import type { PackedChart } from './packed-chart.ts'
import { type Placed, placeChart } from './place.ts'
import { errorOf, type Publication, unknownPublication } from './publication.ts'

/** A publication, and the thrown value that ended it when it failed. */
export interface Outcome {
  readonly publication: Publication
  readonly error?: unknown
}

/**
 * Publishes one chart to one target, or only packages it. Never throws: what goes wrong stands in
 * the outcome, beside all that was learned before.
 */
export async function publishChart(request: PublishRequest, context: RunContext): Promise<Outcome> {
  return new PublicationRun(request, context).run()
}

class PublicationRun {
  readonly #request: PublishRequest
  readonly #context: RunContext
  #publication: Publication
  #proxies: Proxies = NO_PROXIES

  constructor(request: PublishRequest, context: RunContext) {
    this.#request = request
    this.#context = context
    this.#publication = unknownPublication(
      request.chart,
      request.target && targetText(request.target)
    )
  }

  async run(): Promise<Outcome> {
    try {
      await this.#publish()
      return { publication: this.#publication }
    } catch (error) {
      this.#learn({ status: 'failed', error: errorOf(error) })
      return { publication: this.#publication, error }
    }
  }

  async #publish(): Promise<void> {
    const { chart, target, warnings } = this.#request
    const { logger } = this.#context
    this.#begin()
    const packed = await logger.group(`Package ${chart}`, () =>
      packChart(this.#request, this.#context)
    )
    const found = [...warnings, ...packed.warnings]
    this.#learn({ ...factsOf(packed), warnings: found })
    for (const warning of packed.warnings) logger.warning(warning)
    const folder = this.#request.destination ?? (target || packed.given ? undefined : '.')
    const staged = folder === undefined ? undefined : await stageArchive(packed.path, folder)
    try {
      const facts = target ? await this.#push(packed, target) : { status: 'packaged' as const }
      const archive = (await staged?.deliver()) ?? packed.given ?? null
      this.#learn({ ...facts, ...digestsOf(packed), archive })
    } finally {
      await staged?.discard()
    }
  }

  /**
   * Masks the logins of proxies before anything is printed, then says what was found in the inputs.
   * @throws Failure usage, when the registry would be reached through a proxy that cannot be used
   */
  #begin(): void {
    const { target, plainHttp, notices, warnings } = this.#request
    const { logger, environment, secrets } = this.#context
    this.#proxies = proxiesFrom(environment, secrets)
    for (const notice of notices) logger.notice(notice)
    for (const warning of warnings) logger.warning(warning)
    const origin = target && new URL(originOf(target.host, plainHttp))
    const proxy = origin && proxyFor(this.#proxies, origin)
    if (proxy instanceof Failure) throw proxy
  }

  async #push(packed: PackedChart, target: Target): Promise<Partial<Publication>> {
    const { logger } = this.#context
    const reference = chartReference(target, packed.archive.metadata)
    const subjectName = repositoryText(reference.repository)
    this.#learn({ tag: reference.tag, ref: referenceText(reference), subjectName })
    const slip = repeatedName(target, packed.archive.metadata.name)
    const placed = await logger.group(`Push to ${targetText(target)}`, () => {
      return this.#withClient(target, (client, signal) => {
        return placeChart(packed, { client, reference, signal, logger })
      })
    })
    const found = [...(slip ? [slip] : []), ...placed.warnings]
    for (const warning of found) logger.warning(warning)
    const refDigest = `${subjectName}@${packed.artifact.manifest.digest}`
    return { status: placed.status, refDigest, warnings: [...this.#publication.warnings, ...found] }
  }

  async #withClient(
    { host }: Target,
    body: (client: RegistryClient, signal: AbortSignal) => Promise<Placed>
  ): Promise<Placed> {
    const { plainHttp, credential, timeoutMs, tls } = this.#request
    const deadline = new Deadline({ host, timeoutMs, signal: this.#context.signal })
    const { signal, track } = deadline
    const { environment } = this.#context
    const connection = { ...(tls && { tls }), proxies: this.#proxies, environment, track }
    const userAgent = `publish-helm-chart/${VERSION}`
    const access = { host, plainHttp, credential, userAgent, signal, connection }
    const client = new RegistryClient({ ...this.#context, ...access })
    try {
      return await body(client, signal)
    } catch (error) {
      signal.throwIfAborted()
      throw error
    } finally {
      deadline.end()
      await client.close()
    }
  }

  #learn(facts: Partial<Publication>): void {
    this.#publication = { ...this.#publication, ...facts }
  }
}

function factsOf({ archive }: PackedChart): Partial<Publication> {
  const { name, version, appVersion } = archive.metadata
  return {
    name,
    version,
    appVersion: appVersion || null,
    size: archive.bytes.length,
    contentIdentity: archive.contentIdentity
  }
}

function digestsOf({ artifact }: PackedChart): Partial<Publication> {
  return {
    digest: artifact.manifest.digest,
    chartDigest: artifact.chart.digest,
    configDigest: artifact.config.digest
  }
}

function targetText({ host, path }: Target): string {
  return path === '' ? host : `${host}/${path}`
}
