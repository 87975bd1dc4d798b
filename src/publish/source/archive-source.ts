import { mkdtemp, realpath, utimes, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import {
  largeArchive,
  readArchiveFile,
  readProvenanceFile,
  requireArchiveFile
} from '../../artifact/archive-file.ts'
import { fileTime } from '../../artifact/created.ts'
import { type PackedChart, readPacked } from '../../artifact/packed-chart.ts'
import { workTreeOf } from '../../directory/work-tree.ts'
import { Failure, failureOf } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'
import { throwIfFull } from '../../shared/private-folder.ts'
import { isWithin } from '../../shared/within.ts'
import type { ArchiveSource } from '../model/chart-source.ts'
import type { LoadContext, LoadOptions } from '../model/request.ts'
import { requireVersions } from './release-version.ts'

/**
 * Takes an archive that was packaged before, with the provenance beside it, to publish these very bytes.
 * `version` and `app-version` cannot change it: they have to be what it has. `source-date-epoch`, when
 * given, takes the place of the file's time.
 * @throws Failure usage, when it cannot be read; chart, when it is not valid
 */
export async function takeArchive(
  { path: chart }: ArchiveSource,
  options: LoadOptions,
  context: LoadContext
): Promise<PackedChart> {
  const { folder, secrets, logger, signal } = context
  const { annotations, requireGenuine, sourceDateEpoch, allowOutsideFiles } = options.inputs
  const found = await requireArchiveFile(chart)
  const problems = largeArchive(found)
  if (problems.length > 0) throw failureOf('chart', problems)
  const { bytes, stats } = await readArchiveFile(chart, signal)
  const time = sourceDateEpoch === undefined ? fileTime(stats) : new Date(sourceDateEpoch * 1000)
  const path = join(await mkdtemp(join(folder, 'given-')), basename(chart))
  await write(path, bytes, folder)
  await utimes(path, time, time)
  if (!allowOutsideFiles) await refuseOutsideProvenance(chart)
  const provenance = await readProvenanceFile(chart, signal)
  if (provenance) await write(`${path}.prov`, provenance, folder)
  const given = resolve(chart)
  const reading = { given, toRepeat: toRepeat(), annotations, requireGenuine, sign: options.sign }
  const packed = await readPacked(path, { ...reading, secrets, logger, signal })
  requireVersions(chart, packed.archive.metadata, options)
  if (sourceDateEpoch === undefined) {
    logger.detail(`\`created\` is ${time.toISOString()}, the time of the file.`)
  }
  return packed
}

async function write(path: string, bytes: Buffer, folder: string): Promise<void> {
  await writeFile(path, bytes).catch((error: unknown) => {
    throwIfFull(error, folder)
    throw error
  })
}

function toRepeat(): string {
  return `Set ${input('source-date-epoch')} to the time that the archive had when it was published, or transfer an OCI image layout instead.`
}

/**
 * Refuses the provenance of an archive where it is a link out of the work tree: it would be published as it is, and the user
 * has named the archive only. The archive itself may be a link.
 * @throws Failure chart
 */
async function refuseOutsideProvenance(archive: string): Promise<void> {
  const path = `${archive}.prov`
  const target = await realpath(path).catch(() => undefined)
  if (target === undefined) return
  const folder = await realpath(dirname(archive))
  if (dirname(target) === folder) return
  const workTree = await workTreeOf(folder, folder)
  if (isWithin(target, workTree)) return
  const message = `The provenance "${path}" is a link to "${target}", outside of the work tree "${workTree}", which would be published.`
  const fix = `Copy the file next to the archive. If you want to publish it, set ${input('allow-outside-files', 'true')}.`
  throw new Failure('chart', { message, fix })
}
