import { rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { LARGEST_ARCHIVE_BYTES } from '../../artifact/archive-file.ts'
import {
  chanceOfOrder,
  isInOrder,
  type SubchartNames,
  subchartsInArchive
} from '../../chart/subcharts.ts'
import type { Helm } from '../../helm/find.ts'
import { heedsSourceDate } from '../../helm/helm-version.ts'
import {
  type PackageAnswer,
  type PackageOptions,
  type PackageRun,
  packageChart
} from '../../helm/package.ts'
import { input } from '../../shared/input-name.ts'
import { readRegularFile } from '../../shared/regular-file.ts'

/** How often the order may be missed by bad luck: once in a million charts. */
const MISSED = 1e-6
/** Below this chance, for eight subcharts with two more in one of them, it would take seconds most of the time. */
const LEAST_CHANCE = 0.05
/** Ten subcharts of 1 MB take helm 0.2 s; one that is slower than this is not run again and again. */
const MOST_MS = 15_000

export interface OrderOptions {
  /** The subcharts in the order in which helm finds them. */
  readonly wanted: readonly SubchartNames[]
  /** The first time, where it is over. */
  readonly before: PackageRun | undefined
}

/**
 * Runs `helm package` until it has written the subcharts in the order in which it found them: it
 * writes them in a random rotation (helm, pkg/chart/v2/loader, a map of Go), so that the same source would
 * give other bytes each time. A chart is packaged once when it has no such subcharts, when the archive has the time of
 * now, and when the order is too unlikely.
 */
export async function packageInOrder(
  helm: Helm,
  options: PackageOptions,
  { wanted, before }: OrderOptions
): Promise<PackageAnswer> {
  const chance = hasOwnDate(helm, options) ? 1 : chanceOfOrder(wanted)
  const end = performance.now() + MOST_MS
  let answer = await packageChart(helm, options, before)
  if (chance === 1) return answer
  for (let left = attemptsAt(chance); left > 0 && answer.kind === 'packaged'; left--) {
    if (await isArchiveInOrder(answer.path, wanted, options.signal)) return answer
    if (left === 1 || performance.now() > end) break
    await rm(dirname(answer.path), { recursive: true })
    answer = await packageChart(helm, { ...options, isRepeated: true })
  }
  if (answer.kind === 'packaged') options.logger.notice(noOrder(wanted))
  return answer
}

/** Whether the archive differs each time anyway. */
function hasOwnDate(helm: Helm, { sourceDateEpoch }: PackageOptions): boolean {
  return sourceDateEpoch === undefined || !heedsSourceDate(helm.version)
}

/** How often it takes to package a chart until the order comes out at that chance. */
function attemptsAt(chance: number): number {
  if (chance < LEAST_CHANCE) return 0
  return Math.ceil(Math.log(MISSED) / Math.log(1 - chance))
}

async function isArchiveInOrder(
  path: string,
  wanted: readonly SubchartNames[],
  signal: AbortSignal
): Promise<boolean> {
  const options = { largest: LARGEST_ARCHIVE_BYTES, refusesLinks: true, signal }
  const found = subchartsInArchive((await readRegularFile(path, options)).bytes)
  return found === undefined || isInOrder(found, wanted)
}

function noOrder(subcharts: readonly SubchartNames[]): string {
  const most = largestLevel(subcharts)
  const why =
    most > 8
      ? `with more than eight at one level (here ${most}), Helm never writes the same order twice`
      : 'with so many at several levels, Helm rarely writes the same order twice'
  return `Helm writes subcharts in random order, and ${why}: packaging this source again results in another digest. Publishing it again is safe, because the same files count as unchanged. To publish the same digest elsewhere, publish to all registries in one run, or publish the saved archive (${input('destination')}, ${input('oci-layout')}).`
}

function largestLevel(subcharts: readonly SubchartNames[]): number {
  return Math.max(subcharts.length, ...subcharts.map((chart) => largestLevel(chart.subcharts)))
}
