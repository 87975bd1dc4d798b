import { LARGEST_ARCHIVE_BYTES } from '../../artifact/archive-file.ts'
import type { ChartDirectory } from '../../directory/chart-directory.ts'
import type { Helm } from '../../helm/find.ts'
import type { Environment } from '../../shared/environment.ts'
import type { Logger } from '../../shared/logger.ts'
import type { Slots } from '../../shared/slots.ts'
import type { LoadContext } from '../model/request.ts'
import { withEarlyRun } from './early-run.ts'
import { explained } from './helm-answer.ts'
import { packageInOrder } from './package-in-order.ts'
import type { SourceDate } from './source-date.ts'

/** The helm of a run, and what it says once for several charts. */
export interface HelmOfRun {
  readonly find: (logger: Logger) => Promise<Helm>
  /** The path of the helm that this most likely is, before it has said its version. */
  readonly likely: Promise<string | undefined>
  /** How archives were made: by which helm, with which date. */
  readonly described: Set<string>
  /** Logs a warning that is equal for several charts only once. */
  readonly warnOnce: (text: string, logger: Logger) => void
  /** For what takes a core; what waits for a registry takes none. */
  readonly cores: Slots
}

export interface HelmContext extends LoadContext {
  readonly environment: Environment
  readonly helm: HelmOfRun
}

/** A chart with all of its dependencies. */
export interface CompleteChart {
  readonly directory: ChartDirectory
  /** What helm is given: the directory, or a mirror of it. */
  readonly path: string
  /** In place of those in Chart.yaml. */
  readonly version: string | undefined
  readonly appVersion: string | undefined
  readonly date: SourceDate | undefined
}

interface PackagedByHelm {
  readonly helm: Helm
  /** The archive that helm wrote. */
  readonly archive: string
}

/**
 * Has helm package the chart, and finds meanwhile out whether it is a helm that may be used.
 * @throws Failure, when none may be used, or helm refuses the chart
 */
export async function packageByHelm(
  { directory, path, version, appVersion, date }: CompleteChart,
  { environment, folder, helm: ofRun, logger, signal }: HelmContext
): Promise<PackagedByHelm> {
  const found = ofRun.find(logger)
  found.catch(() => undefined)
  const options = {
    chart: directory.path,
    mirror: path === directory.path ? undefined : path,
    ...{ version, appVersion, sourceDateEpoch: date?.epoch },
    largestArchiveBytes: LARGEST_ARCHIVE_BYTES,
    ...{ environment, folder, logger, signal }
  }
  const { helm, before } = await withEarlyRun(await ofRun.likely, found, options)
  const description = describeTools(helm, date)
  ofRun.described.add(description)
  logger.detail(description)
  const answer = await packageInOrder(helm, options, { wanted: directory.subcharts, before })
  if (answer.kind === 'packaged') return { helm, archive: answer.path }
  throw directory.doubt ?? (await explained(answer.failure, directory.path, directory))
}

function describeTools(helm: Helm, date: SourceDate | undefined): string {
  const time = date
    ? `dated ${new Date(date.epoch * 1000).toISOString()} by ${date.origin}`
    : 'with the current time'
  return `helm package by ${helm.path} (${helm.version.text}), ${time}.`
}
