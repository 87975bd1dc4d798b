import { RegistryClient } from '../oci/client.ts'
import { type Repository, referenceText, repositoryText, type Target } from '../oci/reference.ts'
import { VERSION } from '../shared/version.ts'
import { chartReference, repeatedName } from './chart-reference.ts'
import type { RunContext } from './context.ts'
import { stageArchive } from './delivery.ts'
import type { PublishRequest } from './inputs.ts'
import { findLogin } from './login.ts'
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
    const { chart, target, notices } = this.#request
    const { logger } = this.#context
    for (const notice of notices) logger.notice(notice)
    const packed = await logger.group(`Package ${chart}`, () =>
      packChart(this.#request, this.#context)
    )
    this.#learn(factsOf(packed))
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

  async #push(packed: PackedChart, target: Target): Promise<Partial<Publication>> {
    const { logger, signal } = this.#context
    const reference = chartReference(target, packed.archive.metadata)
    const subjectName = repositoryText(reference.repository)
    this.#learn({ tag: reference.tag, ref: referenceText(reference), subjectName })
    const slip = repeatedName(target, packed.archive.metadata.name)
    const placed = await logger.group(`Push to ${targetText(target)}`, () => {
      return this.#withClient(reference.repository, (client) => {
        return placeChart(packed, { client, reference, signal, logger })
      })
    })
    const found = [...(slip ? [slip] : []), ...placed.warnings]
    for (const warning of found) logger.warning(warning)
    const refDigest = `${subjectName}@${packed.artifact.manifest.digest}`
    return { status: placed.status, refDigest, warnings: [...packed.warnings, ...found] }
  }

  async #withClient(
    repository: Repository,
    body: (client: RegistryClient) => Promise<Placed>
  ): Promise<Placed> {
    const { plainHttp, tokenHosts } = this.#request
    const client = new RegistryClient({
      ...this.#context,
      host: repository.host,
      plainHttp,
      credential: await findLogin(repository, this.#request, this.#context),
      tokenHosts,
      githubServer: this.#context.environment['GITHUB_SERVER_URL'],
      userAgent: `publish-helm-chart/${VERSION}`
    })
    try {
      return await body(client)
    } finally {
      await client.close()
    }
  }

  #learn(facts: Partial<Publication>): void {
    this.#publication = { ...this.#publication, ...facts }
  }
}

function factsOf({ archive, warnings }: PackedChart): Partial<Publication> {
  const { name, version, appVersion } = archive.metadata
  return {
    name,
    version,
    appVersion: appVersion || null,
    size: archive.bytes.length,
    contentIdentity: archive.contentIdentity,
    warnings
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
