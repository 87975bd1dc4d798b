import type { ChartArtifact } from '../../artifact/artifact.ts'
import { allAttached, NO_ATTACHMENTS } from '../../artifact/chart-attachments.ts'
import { fetchTaggedDigest, tagMismatch } from '../../artifact/fetch-manifest.ts'
import type { CopiedChart, PackedChart } from '../../artifact/packed-chart.ts'
import { type ReadAttachments, readAttachments } from '../../artifact/read-attachments.ts'
import { readChartArtifact } from '../../artifact/read-chart-artifact.ts'
import type { PackedWarning } from '../../artifact/require-valid.ts'
import { isChartVersion, tagOf } from '../../chart/metadata/chart-version.ts'
import { repositoryText } from '../../oci/spec/reference.ts'
import { Failure } from '../../shared/failure.ts'
import { type RegistrySource, sourceText } from '../model/chart-source.ts'
import type { LoadContext, LoadOptions } from '../model/request.ts'
import { requireUnchanged, takeFixed } from './fixed-artifact.ts'

/**
 * Takes a chart from a registry, to publish these very bytes elsewhere, the manifest included, and with it what is attached
 * to it, unless nothing is published.
 * @throws Failure usage or auth, when it is not there or may not be read, and usage, when the inputs ask for another one;
 * chart, when it is none or not valid; signing, when what is attached cannot be copied
 */
export async function takeFromRegistry(
  source: RegistrySource,
  options: LoadOptions,
  context: LoadContext
): Promise<PackedChart> {
  const chart = sourceText(source)
  requireUnchanged({ chart, writtenWhen: 'when that chart is published' }, options)
  const { artifact, attached, warnings } = await read(source, options)
  const fix = 'Publish the archive itself.'
  const packed = await takeFixed(artifact, { chart, fix }, { options, context })
  const { name, version } = packed.archive.metadata
  const { logger } = context
  logger.info(
    `${chart} is ${name} ${version}; its manifest is published unchanged, ${artifact.manifest.digest}, with the time in it.`
  )
  refuseSecrets(chart, attached, context)
  const copied: CopiedChart = { source: chart, attachments: attached }
  const names = nameWarnings(source.reference, packed.archive.metadata)
  const own = [...warnings, ...names, ...attached.warnings].map((text): PackedWarning => {
    return { text, place: undefined }
  })
  return { ...packed, copied, warnings: [...packed.warnings, ...own] }
}

interface ReadChart {
  readonly artifact: ChartArtifact
  readonly attached: ReadAttachments
  readonly warnings: readonly string[]
}

async function read(
  { reference }: RegistrySource,
  { registries, isPublished }: LoadOptions
): Promise<ReadChart> {
  const { repository } = reference
  const reading = registries.with(repository, async (client) => {
    const [artifact, taggedDigest] = await Promise.all([
      readChartArtifact(client, reference),
      fetchTaggedDigest(client, reference)
    ])
    const attached = isPublished
      ? await readAttachments(client, repository, artifact.manifest.digest)
      : { ...NO_ATTACHMENTS, warnings: [] }
    const mismatch = tagMismatch(reference, taggedDigest)
    return { artifact, attached, warnings: mismatch === undefined ? [] : [mismatch] }
  })
  return reading.catch((error: unknown) => {
    throw error instanceof Failure ? unread(error, reference) : error
  })
}

/** A copy has the name and version of its chart, which may be others than those of the reference. */
function nameWarnings(
  { repository, tag, digest }: RegistrySource['reference'],
  { name, version }: PackedChart['archive']['metadata']
): readonly string[] {
  const lastPart = repository.name.split('/').at(-1)
  const isOtherVersion =
    digest === undefined &&
    tag !== undefined &&
    isChartVersion(tag.replaceAll('_', '+')) &&
    tag !== tagOf(version)
  return [
    ...(name === lastPart
      ? []
      : [
          `The repository ends in "${lastPart}", but the chart is named "${name}": it is copied as "${name}".`
        ]),
    ...(isOtherVersion
      ? [
          `The tag is "${tag}", but the version of the chart is "${version}": it is copied as "${tagOf(version)}".`
        ]
      : [])
  ]
}

/** A refused login or a lost connection does not name the chart that was read. */
function unread(failure: Failure, reference: RegistrySource['reference']): Failure {
  const isOnTheWay = failure.kind === 'registry' || failure.kind === 'auth'
  if (!isOnTheWay || failure.message.includes(repositoryText(reference.repository))) return failure
  const message = `The chart ${sourceText({ kind: 'registry', reference })} cannot be read:`
  return new Failure(failure.kind, { message, why: failure.message, fix: failure.fix }, failure)
}

/** What is attached is published as well. @throws Failure chart */
function refuseSecrets(chart: string, attached: ReadAttachments, { secrets }: LoadContext): void {
  const search = secrets.search()
  for (const { type, manifest, config, layers } of allAttached(attached)) {
    const blobs = [manifest, config, ...layers]
    if (!blobs.some(({ bytes }) => search.find(bytes)?.isLong)) continue
    const message = `A secret of this run is in what is attached to ${chart}: ${manifest.digest} (${type}).`
    throw new Failure('chart', { message, fix: 'Remove it there, and replace the secret.' })
  }
}
