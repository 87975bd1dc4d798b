import { readFile, stat, utimes } from 'node:fs/promises'
import { basename } from 'node:path'
import { type ChartArchive, readArchive } from '../chart/archive.ts'
import { createdText, localOffsetMinutes } from '../chart/created.ts'
import { lookAtSource } from '../chart/source.ts'
import { findHelm, type Helm } from '../helm/find.ts'
import { isReproducible } from '../helm/helm-version.ts'
import { packageChart } from '../helm/package.ts'
import { type SourceDate, sourceDate } from '../helm/source-date.ts'
import type { Artifact } from '../oci/blob.ts'
import { Failure, failureOf } from '../shared/failure.ts'
import type { Logger } from '../shared/logger.ts'
import { buildArtifact } from './artifact.ts'
import type { RunContext } from './context.ts'
import type { PublishRequest } from './inputs.ts'

/** A chart that helm packaged, that was read and found sound, with the artifact that it makes. */
export interface PackedChart {
  /** Path of the archive in the private folder of the run. */
  readonly path: string
  readonly archive: ChartArchive
  readonly artifact: Artifact
  /** Whether packing the same source again gives the same bytes. */
  readonly reproducible: boolean
}

/** From chart directory to artifact: looked at, packaged by helm, validated. @throws Failure */
export async function packChart(
  request: PublishRequest,
  context: RunContext
): Promise<PackedChart> {
  const { environment, folder, signal, logger } = context
  const { doubt } = await lookAtSource(request.chart)
  const helm = await findHelm({
    wanted: request.helmVersion,
    sha256: request.helmSha256,
    downloadUrl: request.helmDownloadUrl,
    environment,
    folder,
    signal,
    logger
  })
  const date = await sourceDate(request.chart, request.sourceDateEpoch, environment)
  logger.info(describeTools(helm, date))
  const path = await packageChart(helm, {
    ...request,
    sourceDateEpoch: date?.epoch,
    environment,
    folder,
    signal,
    logger
  }).catch((error: unknown) => {
    throw doubt && error instanceof Failure && error.kind === 'helm'
      ? failureOf('chart', [doubt])
      : error
  })
  if (date) await utimes(path, date.epoch, date.epoch)
  const archive = await readValid(path)
  const artifact = buildArtifact(archive, await createdBy(path, logger))
  logger.info(
    `${basename(path)}: ${archive.bytes.length} bytes, ${artifact.layers[0]?.digest ?? ''}.`
  )
  return {
    path,
    archive,
    artifact,
    reproducible: date !== undefined && isReproducible(helm.version)
  }
}

function describeTools(helm: Helm, date: SourceDate | undefined): string {
  const time = date
    ? `dated by ${date.origin} (${new Date(date.epoch * 1000).toISOString()})`
    : 'undated'
  return `Packaging with ${helm.path}, ${helm.versionText}, ${time}.`
}

async function readValid(path: string): Promise<ChartArchive> {
  const read = await readArchive(await readFile(path))
  if ('problems' in read) throw failureOf('chart', read.problems)
  return read.archive
}

async function createdBy(path: string, logger: Logger): Promise<string> {
  const { mtime } = await stat(path)
  const created = createdText(mtime)
  if (localOffsetMinutes(mtime) !== 0) {
    logger.notice(
      `The digest depends on the time zone of this machine, as with \`helm push\`: created is ${created}.`
    )
  }
  return created
}
