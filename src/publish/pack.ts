import { readFile, stat, utimes } from 'node:fs/promises'
import { basename } from 'node:path'
import { type ChartArchive, readArchive } from '../chart/archive.ts'
import { createdText, localOffsetMinutes } from '../chart/created.ts'
import type { ChartProblem } from '../chart/problem.ts'
import { lookAtSource } from '../chart/source.ts'
import { findHelm, type Helm } from '../helm/find.ts'
import { heedsSourceDate } from '../helm/helm-version.ts'
import { packageChart } from '../helm/package.ts'
import { type SourceDate, sourceDate } from '../helm/source-date.ts'
import { Failure, failureOf } from '../shared/failure.ts'
import type { Logger } from '../shared/logger.ts'
import { secondsSince } from '../shared/seconds.ts'
import { buildArtifact, type ChartArtifact } from './artifact.ts'
import type { RunContext } from './context.ts'
import type { PublishRequest } from './inputs.ts'

/** A chart that helm packaged, that was read and found sound, with the artifact that it makes. */
export interface PackedChart {
  /** Path of the archive in the private folder of the run. */
  readonly path: string
  readonly archive: ChartArchive
  readonly artifact: ChartArtifact
  /** Why packing the same source again would give other bytes, as a fix; undefined when it would not. */
  readonly toRepeat: string | undefined
}

/** From chart directory to artifact: looked at, packaged by helm, validated. @throws Failure */
export async function packChart(
  request: PublishRequest,
  context: RunContext
): Promise<PackedChart> {
  const started = performance.now()
  const { environment, logger } = context
  const { doubt } = await lookAtSource(request.chart)
  const helm = await findHelm({
    ...context,
    wanted: request.helmVersion,
    sha256: request.helmSha256,
    downloadUrl: request.helmDownloadUrl
  })
  const date = await sourceDate(request.chart, request.sourceDateEpoch, environment)
  logger.info(describeTools(helm, date))
  const answer = await packageChart(helm, { ...request, ...context, sourceDateEpoch: date?.epoch })
  if (answer.kind === 'refused') throw withDoubt(answer.failure, doubt)
  const { path } = answer
  if (date) await utimes(path, date.epoch, date.epoch)
  const archive = await readValid(path)
  const artifact = buildArtifact(archive, await readCreated(path, logger))
  logger.info(
    `${basename(path)} bears the marks of helm package: ${archive.bytes.length} bytes, ${artifact.chart.digest}.`
  )
  logger.info(`Packaged in ${secondsSince(started)} s.`)
  return { path, archive, artifact, toRepeat: toRepeat(helm, date) }
}

function describeTools(helm: Helm, date: SourceDate | undefined): string {
  const time = date
    ? `dated ${new Date(date.epoch * 1000).toISOString()} by ${date.origin}`
    : 'with the time of now'
  return `helm package by ${helm.path} (${helm.version.text}), ${time}.`
}

/** Why helm refused the chart: our own reading of Chart.yaml, when we could not read it either. */
function withDoubt(refusal: Failure, doubt: ChartProblem | undefined): Failure {
  return doubt ? new Failure('chart', doubt, refusal) : refusal
}

async function readValid(path: string): Promise<ChartArchive> {
  const read = await readArchive(await readFile(path))
  if ('problems' in read) throw failureOf('chart', read.problems)
  return read.archive
}

async function readCreated(path: string, logger: Logger): Promise<string> {
  const { mtime } = await stat(path)
  const created = createdText(mtime)
  if (localOffsetMinutes(mtime) !== 0) {
    logger.notice(
      `The digest depends on the time zone of this machine, as with \`helm push\`: created is ${created}.`
    )
  }
  return created
}

function toRepeat(helm: Helm, date: SourceDate | undefined): string | undefined {
  if (!heedsSourceDate(helm.version))
    return 'Use Helm 4.3 or newer, which packs the same source to the same bytes.'
  if (!date) return 'Set `source-date-epoch`, so that the same source gives the same digest.'
  return undefined
}
