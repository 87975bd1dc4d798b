import { rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import {
  chanceOfOrder,
  isInOrder,
  subchartsInArchive,
  subchartsInSource
} from '../../chart/subchart-order.ts'
import type { Helm } from '../../helm/find.ts'
import { heedsSourceDate } from '../../helm/helm-version.ts'
import { type PackageAnswer, type PackageOptions, packageChart } from '../../helm/package.ts'
import { readRegularFile } from '../../shared/input-file.ts'
import { LARGEST_ARCHIVE_BYTES } from '../artifact/archive-file.ts'

/** One archive in a million comes out in another order when this many are tried at a chance of an eighth. */
const MOST_ATTEMPTS = 104

/**
 * Runs `helm package` until it has written the subcharts in the order in which it found them: it
 * writes them in a random rotation (helm, pkg/chart/v2/loader, a map of Go), so that the same source would
 * give other bytes each time. A chart without such subcharts is packaged once, and so is one whose
 * archive bears the time of now.
 */
export async function packageInOrder(helm: Helm, options: PackageOptions): Promise<PackageAnswer> {
  const isDated = options.sourceDateEpoch !== undefined && heedsSourceDate(helm.version)
  const wanted = isDated ? await subchartsInSource(options.chart) : []
  const chance = chanceOfOrder(wanted)
  let answer = await packageChart(helm, options)
  if (chance === 1) return answer
  for (let attempt = 1; chance > 0 && attempt < MOST_ATTEMPTS; attempt++) {
    if (answer.kind === 'refused' || (await isArchiveInOrder(answer.path, wanted))) return answer
    await rm(dirname(answer.path), { recursive: true })
    answer = await packageChart(helm, { ...options, isRepeated: true })
  }
  options.logger.notice(
    'helm writes the subcharts in a random order, so that the same source gives another digest each time.'
  )
  return answer
}

async function isArchiveInOrder(
  path: string,
  wanted: Parameters<typeof isInOrder>[1]
): Promise<boolean> {
  const found = subchartsInArchive(await readRegularFile(path, LARGEST_ARCHIVE_BYTES))
  return found === undefined || isInOrder(found, wanted)
}
