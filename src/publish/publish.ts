import { RegistryClient } from '../oci/client.ts'
import { repositoryText, type Target } from '../oci/reference.ts'
import { VERSION } from '../shared/version.ts'
import type { RunContext } from './context.ts'
import { stageArchive } from './delivery.ts'
import { type Address, addressOf, repeatedName } from './destination.ts'
import type { PublishRequest } from './inputs.ts'
import { type PackedChart, packChart } from './pack.ts'
import { type Placed, placeChart } from './place.ts'
import { errorOf, type Publication, unknownPublication } from './publication.ts'

/** A publication, and the thrown value that ended it when it failed. */
export interface Outcome {
  readonly publication: Publication
  readonly error?: unknown
}

type Learned = (facts: Partial<Publication>) => void

/** Publishes one chart to one target. Never throws: what goes wrong stands in the outcome, beside all that was learned before. */
export async function publishChart(request: PublishRequest, context: RunContext): Promise<Outcome> {
  const { chart, target } = request
  let publication = unknownPublication(chart, target ? targetText(target) : null)
  try {
    await publish(request, context, (facts) => {
      publication = { ...publication, ...facts }
    })
    return { publication }
  } catch (error) {
    return { publication: { ...publication, status: 'failed', error: errorOf(error) }, error }
  }
}

async function publish(
  request: PublishRequest,
  context: RunContext,
  learned: Learned
): Promise<void> {
  const { logger } = context
  for (const notice of request.notices) logger.notice(notice)
  const packed = await logger.group(`Package ${request.chart}`, () => packChart(request, context))
  learned(factsOf(packed))
  const folder = request.destination ?? (request.target ? undefined : '.')
  const staged = folder === undefined ? undefined : await stageArchive(packed.path, folder)
  try {
    if (request.target) await push(packed, request.target, { request, context, learned })
    const archive = (await staged?.deliver()) ?? null
    learned({ archive, ...(!request.target && { status: 'packaged' }) })
  } finally {
    await staged?.discard()
  }
}

interface Run {
  readonly request: PublishRequest
  readonly context: RunContext
  readonly learned: Learned
}

async function push(
  packed: PackedChart,
  target: Target,
  { request, context, learned }: Run
): Promise<void> {
  const { metadata } = packed.archive
  const address = addressOf(target, metadata)
  learned({
    tag: address.tag,
    ref: address.reference,
    subjectName: repositoryText(address.repository)
  })
  const slip = repeatedName(target, metadata.name)
  const placed = await context.logger.group(`Push to ${targetText(target)}`, () => {
    return withClient(request, context, (client) => {
      return placeChart(packed, { ...address, client, signal: context.signal }, context.logger)
    })
  })
  const warnings = [...(slip ? [slip] : []), ...placed.warnings]
  for (const warning of warnings) context.logger.warning(warning)
  learned({ ...digestsOf(packed, address), status: placed.status, warnings })
}

async function withClient(
  request: PublishRequest,
  context: RunContext,
  body: (client: RegistryClient) => Promise<Placed>
): Promise<Placed> {
  const { target, plainHttp, credential } = request
  if (!target) throw new Error('a client was asked for without a target')
  const client = new RegistryClient({
    ...context,
    host: target.host,
    plainHttp,
    credential,
    userAgent: `publish-helm-chart/${VERSION}`
  })
  try {
    return await body(client)
  } finally {
    await client.close()
  }
}

function factsOf({ archive }: PackedChart): Partial<Publication> {
  const { name, version, appVersion } = archive.metadata
  return { name, version, appVersion: appVersion || null, size: archive.bytes.length }
}

function digestsOf({ artifact }: PackedChart, { repository }: Address): Partial<Publication> {
  return {
    digest: artifact.manifest.digest,
    refDigest: `${repositoryText(repository)}@${artifact.manifest.digest}`,
    chartDigest: artifact.layers[0]?.digest ?? null,
    configDigest: artifact.config.digest
  }
}

function targetText({ host, path }: Target): string {
  return path === '' ? host : `${host}/${path}`
}
