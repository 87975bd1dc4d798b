import { mkdtemp, utimes, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { failureOf } from '../../shared/failure.ts'
import {
  largeArchive,
  readArchiveFile,
  readProvenanceFile,
  requireArchiveFile
} from '../artifact/archive-file.ts'
import { fileTime } from '../artifact/file-time.ts'
import { type PackedChart, readPacked } from '../artifact/packed-chart.ts'
import type { RunContext } from '../context.ts'
import { throwIfFull } from '../private-folder.ts'
import { refuseOutsideProvenance } from '../source/outside-provenance.ts'
import type { PackRequest } from './pack-request.ts'
import { requireVersions } from './require-versions.ts'

/**
 * Takes an archive that was packaged before, with the provenance beside it, to publish these very bytes.
 * `version` and `app-version` cannot change it: they have to be what it has. `source-date-epoch`, when
 * given, takes the place of the file's time.
 * @throws Failure usage, when it cannot be read; chart, when it is not fit to publish
 */
export async function takeArchive(request: PackRequest, context: RunContext): Promise<PackedChart> {
  const { folder, logger, signal } = context
  const { chart, sourceDateEpoch } = request
  const found = await requireArchiveFile(chart)
  const problems = largeArchive(found)
  if (problems.length > 0) throw failureOf('chart', problems)
  const { bytes, stats } = await readArchiveFile(chart, signal)
  const time = sourceDateEpoch === undefined ? fileTime(stats) : new Date(sourceDateEpoch * 1000)
  const path = join(await mkdtemp(join(folder, 'given-')), basename(chart))
  await write(path, bytes, folder)
  await utimes(path, time, time)
  if (!request.allowOutsideFiles) await refuseOutsideProvenance(chart)
  const provenance = await readProvenanceFile(chart, signal)
  if (provenance) await write(`${path}.prov`, provenance, folder)
  const given = resolve(chart)
  const packed = await readPacked(path, { ...request, ...context, given, toRepeat: TO_REPEAT })
  requireVersions(request, packed.archive.metadata)
  if (sourceDateEpoch === undefined) {
    logger.info(`\`created\` is ${time.toISOString()}, the time of the file.`)
  }
  return packed
}

async function write(path: string, bytes: Buffer, folder: string): Promise<void> {
  await writeFile(path, bytes).catch((error: unknown) => {
    throwIfFull(error, folder)
    throw error
  })
}

const TO_REPEAT =
  'Give the archive the time that it had when it was published, by `source-date-epoch`, or hand on an OCI image layout.'
