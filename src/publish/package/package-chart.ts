import { utimes } from 'node:fs/promises'
import { LARGEST_ARCHIVE_BYTES } from '../../artifact/archive-file.ts'
import { type PackedChart, readPacked } from '../../artifact/packed-chart.ts'
import type { ChartProblem } from '../../chart/model/problem.ts'
import type { Commit } from '../../git/commit.ts'
import type { Helm } from '../../helm/find.ts'
import { heedsSourceDate } from '../../helm/helm-version.ts'
import type { Environment } from '../../shared/environment.ts'
import { secondsSince } from '../../shared/format.ts'
import { input } from '../../shared/input-name.ts'
import type { Logger } from '../../shared/logger.ts'
import type { ChartInputs, LoadContext } from '../model/request.ts'
import type { ChartToPackage } from '../source/load-chart.ts'
import { withEarlyRun } from './early-run.ts'
import { explained, requirePackaged } from './helm-answer.ts'
import { packageInOrder } from './package-in-order.ts'
import { type SourceDate, sourceDate } from './source-date.ts'
import { uncommittedFiles } from './uncommitted-files.ts'

/** The helm of a run, and what it says once for several charts. */
export interface HelmOfRun {
  readonly find: (logger: Logger) => Promise<Helm>
  /** The path of the helm that this most likely is, before it has said its version. */
  readonly likely: Promise<string | undefined>
  /** Logs a warning that is equal for several charts only once. */
  readonly warnOnce: (text: string, logger: Logger) => void
}

export interface PackageContext extends LoadContext {
  readonly environment: Environment
  readonly helm: HelmOfRun
}

/** From a chart directory that was read to an artifact, by `helm package`. @throws Failure */
export async function packageDirectory(
  chart: ChartToPackage,
  inputs: ChartInputs,
  context: PackageContext
): Promise<PackedChart> {
  const started = performance.now()
  const { directory, requested: version } = chart
  const { path } = chart.source
  const { helm, date, archive } = await packageByHelm(chart, inputs, context)
  if (date) await utimes(archive, date.epoch, date.epoch)
  const packed = await readPacked(archive, {
    annotations: inputs.annotations,
    requireGenuine: inputs.requireGenuine,
    secrets: context.secrets,
    logger: context.logger,
    signal: context.signal,
    toRepeat: toRepeat(helm, date),
    placeOf: (problem) => (isOfVersion(problem) && version ? undefined : directory.placeOf(problem))
  })
  const { appVersion } = inputs
  requirePackaged(packed, { chart: path, version, appVersion, source: directory.metadata })
  await notifyUncommitted(path, { commit: date?.commit, paths: packed.archive.paths }, context)
  context.logger.info(`Packaged in ${secondsSince(started)} s.`)
  const versionPlace = version ? undefined : directory.placeOf({ code: 'version-invalid' })
  return { ...packed, versionPlace }
}

interface Tools {
  readonly helm: Helm
  readonly date: SourceDate | undefined
}

interface Packaging extends Tools {
  /** The archive that helm wrote. */
  readonly archive: string
}

/**
 * Has helm package the chart, and finds meanwhile out whether it is a helm that may be used.
 * @throws Failure, when none may be used, or helm refuses the chart
 */
async function packageByHelm(
  chart: ChartToPackage,
  inputs: ChartInputs,
  context: PackageContext
): Promise<Packaging> {
  const { environment, folder, helm: ofRun, logger, signal } = context
  const { path } = chart.source
  const found = ofRun.find(logger)
  found.catch(() => undefined)
  const warn = (text: string) => ofRun.warnOnce(text, logger)
  const date = await sourceDate(path, { given: inputs.sourceDateEpoch, environment, warn })
  const options = {
    chart: path,
    version: chart.requested,
    appVersion: inputs.appVersion,
    sourceDateEpoch: date?.epoch,
    largestArchiveBytes: LARGEST_ARCHIVE_BYTES,
    environment,
    folder,
    logger,
    signal
  }
  const { helm, before } = await withEarlyRun(await ofRun.likely, found, options)
  logger.info(describeTools({ helm, date }))
  const { directory } = chart
  const answer = await packageInOrder(helm, options, { wanted: directory.subcharts, before })
  if (answer.kind === 'packaged') return { helm, date, archive: answer.path }
  throw directory.doubt ?? (await explained(answer.failure, path, directory))
}

interface DatedFiles {
  readonly commit: Commit | undefined
  readonly paths: readonly string[]
}

async function notifyUncommitted(
  chart: string,
  { commit, paths }: DatedFiles,
  { logger, signal }: LoadContext
): Promise<void> {
  const notice = commit && (await uncommittedFiles(chart, commit, { paths, signal }))
  if (notice) logger.notice(notice)
}

/** When the version is an input, Chart.yaml is not to blame. */
function isOfVersion({ code }: ChartProblem): boolean {
  return code.startsWith('version-') || code.startsWith('tag-')
}

function describeTools({ helm, date }: Tools): string {
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
