import { utimes } from 'node:fs/promises'
import { type PackedChart, readPacked, type SignArchive } from '../../artifact/packed-chart.ts'
import { toText } from '../../chart/model/chart-file.ts'
import type { ChartProblem } from '../../chart/model/problem.ts'
import type { Commit } from '../../git/commit.ts'
import type { Helm } from '../../helm/find.ts'
import { heedsSourceDate } from '../../helm/helm-version.ts'
import { secondsSince } from '../../shared/format.ts'
import { input } from '../../shared/input-name.ts'
import type { NamedChart } from '../model/plan.ts'
import type { ChartInputs, LoadContext } from '../model/request.ts'
import type { ChartToPackage } from '../source/load-chart.ts'
import type { DependencyBuilder } from './dependencies/dependency-builder.ts'
import type { LocalChart, PackedLocal } from './dependencies/local-charts.ts'
import { requirePackaged } from './helm-answer.ts'
import { type CompleteChart, type HelmContext, packageByHelm } from './package-by-helm.ts'
import { type SourceDate, sourceDate } from './source-date.ts'
import { uncommittedFiles } from './uncommitted-files.ts'

export interface PackageContext extends HelmContext {
  readonly dependencies: DependencyBuilder
  /** Makes the provenance of an archive; undefined where nothing is signed. */
  readonly sign: SignArchive | undefined
  /** Told of the chart as soon as its dependencies are there. */
  readonly isComplete: (chart: CompleteChart) => void
}

/** A chart that helm has packaged, with the charts of the run that went into it. */
export interface PackagedDirectory {
  readonly packed: PackedChart
  readonly needs: readonly NamedChart[]
}

/** From a chart directory that was read to an artifact, by `helm package`. @throws Failure */
export async function packageDirectory(
  chart: ChartToPackage,
  inputs: ChartInputs,
  context: PackageContext
): Promise<PackagedDirectory> {
  const started = performance.now()
  const { directory, requested: version } = chart
  const { path } = chart.source
  const { appVersion } = inputs
  // Beside the dependencies.
  context.helm.find(context.logger).catch(() => undefined)
  const date = await dateOf(path, inputs, context)
  const { logger } = context
  const self = toText(directory.tree.folder)
  const built = await context.dependencies.build({ directory, epoch: date?.epoch, logger }, self)
  const complete = { ...built, version, appVersion, date }
  context.isComplete(complete)
  const packed = await context.helm.cores.run(() =>
    packageComplete(complete, chart, { inputs, context })
  )
  requirePackaged(packed, { chart: path, version, appVersion, source: directory.metadata })
  await notifyUncommitted(path, { commit: date?.commit, paths: packed.archive.paths }, context)
  context.logger.detail(`Packaged in ${secondsSince(started)} s.`)
  const versionPlace = version ? undefined : directory.placeOf({ code: 'version-invalid' })
  return { packed: { ...packed, versionPlace }, needs: built.needs }
}

interface PackageMeans {
  readonly inputs: ChartInputs
  readonly context: HelmContext & Pick<PackageContext, 'sign'>
}

/** Has helm package a chart with all of its dependencies, and validates the archive. @throws Failure */
async function packageComplete(
  complete: CompleteChart,
  { directory, requested }: ChartToPackage,
  { inputs, context }: PackageMeans
): Promise<PackedChart> {
  const { annotations, requireGenuine } = inputs
  const { secrets, sign, logger, signal } = context
  const { date } = complete
  const { helm, archive } = await packageByHelm(complete, context)
  if (date) await utimes(archive, date.epoch, date.epoch)
  return readPacked(archive, {
    ...{ annotations, requireGenuine, secrets, sign, logger, signal },
    toRepeat: toRepeat(helm, date),
    placeOf: (problem) => {
      return isOfVersion(problem) && requested ? undefined : directory.placeOf(problem)
    }
  })
}

/** Packages a chart that is a dependency of others, as it lies in its folder. @throws Failure */
export async function packageLocal(
  { directory, folder }: LocalChart,
  inputs: ChartInputs,
  context: Omit<PackageContext, 'isComplete' | 'sign'>
): Promise<PackedLocal> {
  const date = await dateOf(directory.path, inputs, context)
  const { logger } = context
  const built = await context.dependencies.build({ directory, epoch: date?.epoch, logger }, folder)
  const complete = { ...built, version: undefined, appVersion: undefined, date }
  const { archive } = await context.helm.cores.run(() => packageByHelm(complete, context))
  return { path: archive, needs: built.needs }
}

function dateOf(
  path: string,
  { sourceDateEpoch: given }: ChartInputs,
  { environment, helm, logger }: HelmContext
): Promise<SourceDate | undefined> {
  return sourceDate(path, { given, environment, warn: (text) => helm.warnOnce(text, logger) })
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

function toRepeat(helm: Helm, date: SourceDate | undefined): string | undefined {
  if (!heedsSourceDate(helm.version))
    return `Use Helm 4.3 or newer (${input('helm-version')}), which packages the same source to the same bytes.`
  if (!date)
    return `Set ${input('source-date-epoch')}, so that the same source results in the same digest.`
  return undefined
}
