import { copyFile, mkdtemp, utimes } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { failureOf } from '../../shared/failure.ts'
import {
  hasProvenanceFile,
  largeArchive,
  requireArchiveFile,
  unreadableArchive
} from '../artifact/archive-file.ts'
import { fileTime } from '../artifact/file-time.ts'
import { type PackedChart, readPacked } from '../artifact/packed-chart.ts'
import type { RunContext } from '../context.ts'
import { throwIfFull } from '../private-folder.ts'
import type { PackRequest } from './pack-request.ts'
import { requireVersions } from './require-versions.ts'

/**
 * Takes an archive that was packaged before, with the provenance beside it, to publish these very bytes.
 * `version` and `app-version` cannot change it: they have to be what it has. `source-date-epoch`, when
 * given, takes the place of the file's time.
 * @throws Failure usage, when it cannot be read; chart, when it is not fit to publish
 */
export async function takeArchive(
  request: PackRequest,
  { folder, logger }: RunContext
): Promise<PackedChart> {
  const { chart, sourceDateEpoch } = request
  const found = await requireArchiveFile(chart)
  const problems = largeArchive(found)
  if (problems.length > 0) throw failureOf('chart', problems)
  const time = sourceDateEpoch === undefined ? fileTime(found) : new Date(sourceDateEpoch * 1000)
  const path = join(await mkdtemp(join(folder, 'given-')), basename(chart))
  await copy(chart, path, folder)
  await utimes(path, time, time)
  if (await hasProvenanceFile(chart)) await copy(`${chart}.prov`, `${path}.prov`, folder)
  const given = resolve(chart)
  const packed = await readPacked(path, { ...request, logger, given, toRepeat: TO_REPEAT })
  requireVersions(request, packed.archive.metadata)
  if (sourceDateEpoch === undefined) {
    logger.info(`\`created\` is ${time.toISOString()}, the time of the file.`)
  }
  return packed
}

async function copy(source: string, path: string, folder: string): Promise<void> {
  await copyFile(source, path).catch((error: unknown) => {
    throwIfFull(error, folder)
    return unreadableArchive(source)(error)
  })
}

const TO_REPEAT =
  'Give the archive the time that it had when it was published, by `source-date-epoch`, or hand on an OCI image layout.'
