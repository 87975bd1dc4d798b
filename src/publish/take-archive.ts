import { copyFile, mkdtemp, utimes } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { failureOf, type Problem } from '../shared/failure.ts'
import {
  hasProvenanceFile,
  largeArchive,
  requireArchiveFile,
  unreadableArchive
} from './archive-file.ts'
import type { RunContext } from './context.ts'
import { fileTime } from './file-time.ts'
import type { PackRequest } from './pack-request.ts'
import { type PackedChart, readPacked } from './packed-chart.ts'
import { requestedVersion } from './release-version.ts'

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
  const time = sourceDateEpoch ?? fileTime(found)
  const path = join(await mkdtemp(join(folder, 'given-')), basename(chart))
  await copyFile(chart, path).catch(unreadableArchive(chart))
  await utimes(path, time, time)
  if (await hasProvenanceFile(chart)) await copyFile(`${chart}.prov`, `${path}.prov`)
  const packed = await readPacked(path, {
    ...request,
    logger,
    given: resolve(chart),
    toRepeat: TO_REPEAT
  })
  requireVersions(request, packed)
  return packed
}

const TO_REPEAT =
  'Give the archive the time that it had when it was published, by `source-date-epoch`.'

function requireVersions(
  { chart, version: asked, appVersion }: PackRequest,
  { archive: { metadata } }: PackedChart
): void {
  const problems: Problem[] = []
  const version = requestedVersion(asked, metadata.name)
  if (version !== undefined && version !== metadata.version.replace(/^v(?=\d)/, '')) {
    problems.push(unequal('version', { chart, given: version, found: metadata.version }))
  }
  if (appVersion !== undefined && appVersion !== metadata.appVersion) {
    problems.push(unequal('app-version', { chart, given: appVersion, found: metadata.appVersion }))
  }
  if (problems.length > 0) throw failureOf('usage', problems)
}

interface Unequal {
  readonly chart: string
  readonly given: string
  readonly found: string
}

function unequal(input: string, { chart, given, found }: Unequal): Problem {
  const message = `\`${input}\` is "${given}", but the archive "${chart}" has "${found}"; an archive is published as it is.`
  return { message, fix: `Leave \`${input}\` empty, or give the chart's directory instead.` }
}
