import { utimes } from 'node:fs/promises'
import { relative } from 'node:path'
import { LARGEST_ARCHIVE_BYTES } from '../../artifact/archive-file.ts'
import { type PackedChart, readPacked } from '../../artifact/packed-chart.ts'
import { faultyPlace } from '../../chart/faulty-file.ts'
import { LFS_FIX } from '../../chart/model/lfs-pointer.ts'
import type { ChartProblem } from '../../chart/model/problem.ts'
import type { Helm } from '../../helm/find.ts'
import { heedsSourceDate } from '../../helm/helm-version.ts'
import { Failure, problemOf } from '../../shared/failure.ts'
import { secondsSince } from '../../shared/format.ts'
import { input } from '../../shared/input-name.ts'
import type { Logger } from '../../shared/logger.ts'
import type { RunContext } from '../model/context.ts'
import type { PackRequest } from '../model/request.ts'
import type { Source } from '../source/directory/chart-directory.ts'
import type { SourceChart } from '../source/load-chart.ts'
import { packageInOrder } from './package-in-order.ts'
import { requirePackaged } from './require-packaged.ts'
import { type SourceDate, sourceDate } from './source-date.ts'
import { uncommittedFiles } from './uncommitted-files.ts'

export interface PackContext extends RunContext {
  /** The helm of the run. */
  readonly helm: (logger: Logger) => Promise<Helm>
  /** Logs a warning that is equal for several charts only once. */
  readonly warnOnce: (text: string, logger: Logger) => void
}

/** From a chart directory that was read to an artifact, by `helm package`. @throws Failure */
export async function packSource(
  { source, requested: version }: SourceChart,
  request: PackRequest,
  context: PackContext
): Promise<PackedChart> {
  const started = performance.now()
  const { environment, logger, signal } = context
  // Side by side: each waits for something else.
  const dated = sourceDate(request.chart, {
    given: request.sourceDateEpoch,
    environment,
    warn: (text) => context.warnOnce(text, logger)
  })
  dated.catch(() => undefined)
  const helm = await context.helm(logger)
  const date = await dated
  logger.info(describeTools(helm, date))
  const options = {
    ...request,
    ...context,
    version,
    sourceDateEpoch: date?.epoch,
    largestArchiveBytes: LARGEST_ARCHIVE_BYTES
  }
  const answer = await packageInOrder(helm, options, source.subcharts)
  if (answer.kind === 'refused') {
    throw source.doubt ?? (await explained(answer.failure, request.chart, source))
  }
  const { path } = answer
  if (date) await utimes(path, date.epoch, date.epoch)
  const packed = await readPacked(path, {
    ...request,
    ...context,
    toRepeat: toRepeat(helm, date),
    placeOf: (problem) => (isOfVersion(problem) && version ? undefined : source.placeOf(problem))
  })
  requirePackaged(packed, { ...request, version, source: source.metadata })
  const commit = date?.commit
  const paths = packed.archive.paths
  const notice = commit && (await uncommittedFiles(request.chart, commit, { paths, signal }))
  if (notice) logger.notice(notice)
  logger.info(`Packaged in ${secondsSince(started)} s.`)
  return {
    ...packed,
    versionPlace: version ? undefined : source.placeOf({ code: 'version-invalid' })
  }
}

/** A refusal of helm at the line that is to blame; where none is found, only helm knows what is wrong. */
async function explained(failure: Failure, chart: string, source: Source): Promise<Failure> {
  const pointers = await source.lfsPointers()
  if (pointers.length > 0) return withLfsHint(failure, pointers)
  const place = await faultyPlace(chart, failure.message)
  if (!place) return failure
  const fix = `Fix ${relative(chart, place.file)}, line ${place.line}.`
  return new Failure('chart', { ...problemOf(failure), fix, place })
}

/** Helm knows nothing of Git LFS, and finds a pointer malformed. */
function withLfsHint(failure: Failure, pointers: readonly string[]): Failure {
  const names = pointers.map((path) => `"${path}"`).join(', ')
  const { message, why = '' } = problemOf(failure)
  const found = `${why} Pointers of Git LFS are in place of files: ${names}.`.trimStart()
  return new Failure('chart', { message, why: found, fix: LFS_FIX }, failure)
}

/** When the version is an input, Chart.yaml is not to blame. */
function isOfVersion({ code }: ChartProblem): boolean {
  return code.startsWith('version-') || code.startsWith('tag-')
}

function describeTools(helm: Helm, date: SourceDate | undefined): string {
  const time = date
    ? `dated ${new Date(date.epoch * 1000).toISOString()} by ${date.origin}`
    : 'with the current time'
  return `helm package by ${helm.path} (${helm.version.text}), ${time}.`
}

function toRepeat(helm: Helm, date: SourceDate | undefined): string | undefined {
  if (!heedsSourceDate(helm.version))
    return `Use Helm 4.3 or newer (${input('helm-version')}), which packages the same source to the same bytes.`
  if (!date)
    return `Set ${input('source-date-epoch')}, so that the same source gives the same digest.`
  return undefined
}
