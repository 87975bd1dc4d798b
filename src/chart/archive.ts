import { type GzipMember, gunzip } from './gzip.ts'
import { loadMetadata } from './load-metadata.ts'
import type { Metadata } from './metadata.ts'
import { type ChartProblem, chartError, PUBLISH_HELMS_ARCHIVE } from './problem.ts'
import { filesBelowRoot, readTar, type TarEntry } from './tar.ts'
import { validateMetadata } from './validate.ts'

/** A packaged chart that has been read and found fit to publish. */
export interface ChartArchive {
  /** The bytes of the .tgz, untouched. */
  readonly bytes: Buffer
  readonly metadata: Metadata
}

export type ReadArchive =
  | { readonly archive: ChartArchive }
  | { readonly problems: readonly ChartProblem[] }

/** Helm refuses archives whose files reach 100 MiB in all (helm, pkg/chart/loader/archive, MaxDecompressedChartSize). */
const CHART_LIMIT_BYTES = 100 * 1024 * 1024
/** Room for headers and padding beside the files: 1 KiB for each of 65,536 entries. */
const INFLATE_LIMIT_BYTES = CHART_LIMIT_BYTES + 64 * 1024 * 1024

/** The Extra fields of `helm package`: bare up to 4.2.3 and in all 3.x, a proper RFC 1952 subfield since 4.2.4. */
const HELM_EXTRA = 'aHR0cHM6Ly95b3V0dS5iZS96OVV6MWljandyTQo='
const HELM_EXTRAS = [`+${HELM_EXTRA}`, `rr(\0${HELM_EXTRA}`]
const HELM_COMMENT = 'Helm'

/**
 * Reads a packaged chart in memory and says everything that is wrong with it: the marks of
 * `helm package`, the files, Chart.yaml. Nothing is unpacked to disk.
 */
export async function readArchive(bytes: Buffer): Promise<ReadArchive> {
  const unzipped = gunzip(bytes, INFLATE_LIMIT_BYTES)
  if ('problem' in unzipped) return { problems: [unzipped.problem] }
  const content = readTar(unzipped.member.body)
  if ('problem' in content) return { problems: [content.problem] }
  const { entries } = content
  const loaded = await loadMetadata(filesBelowRoot(entries))
  if ('problem' in loaded) return { problems: [loaded.problem] }
  const problems = [
    ...missingMarks(unzipped.member),
    ...entryProblems(entries, loaded.metadata.name),
    ...validateMetadata(loaded.metadata)
  ]
  if (problems.length > 0) return { problems }
  return { archive: { bytes, metadata: loaded.metadata } }
}

function missingMarks({ extra, comment }: GzipMember): readonly ChartProblem[] {
  if (comment === HELM_COMMENT && HELM_EXTRAS.includes(extra?.toString('latin1') ?? '')) return []
  const message =
    'The archive does not bear the marks that `helm package` leaves in the gzip header.'
  return [chartError('helm-marks-missing', message, PUBLISH_HELMS_ARCHIVE)]
}

function entryProblems(entries: readonly TarEntry[], chartName: string): readonly ChartProblem[] {
  const total = entries.reduce((sum, { body }) => sum + body.length, 0)
  return [
    ...(entries[0]?.name === `${chartName}/Chart.yaml`
      ? []
      : [wrongFirstEntry(entries, chartName)]),
    ...entries.filter(({ typeFlag }) => typeFlag !== '0').map(notAFile),
    ...entries.filter(({ name }) => !isSafeName(name, chartName)).map(unsafeName),
    ...(total < CHART_LIMIT_BYTES ? [] : [tooLarge(total)])
  ]
}

function isSafeName(name: string, root: string): boolean {
  const [first, second = '', ...rest] = name.split('/')
  const parts = [second, ...rest]
  return (
    first === root &&
    !name.includes('\\') &&
    !second.startsWith('..') &&
    !/^[A-Za-z]:$/.test(second) &&
    parts.every((part) => !['', '.', '..'].includes(part))
  )
}

function wrongFirstEntry(entries: readonly TarEntry[], chartName: string): ChartProblem {
  const message = `The archive begins with "${entries[0]?.name ?? ''}", \`helm package\` begins with "${chartName}/Chart.yaml".`
  return chartError('first-entry', message, PUBLISH_HELMS_ARCHIVE)
}

function notAFile({ name }: TarEntry): ChartProblem {
  const message = `The archive entry "${name}" is not a regular file.`
  return chartError('not-a-file', message, PUBLISH_HELMS_ARCHIVE)
}

function unsafeName({ name }: TarEntry): ChartProblem {
  const message = `Helm cannot load an archive with the file name "${name}".`
  return chartError('file-name', message, 'Rename the file, or name it in .helmignore.')
}

function tooLarge(total: number): ChartProblem {
  const message = `The files of the chart are ${total} bytes, Helm loads less than ${CHART_LIMIT_BYTES}.`
  return chartError('archive-too-large', message, 'Leave files out with .helmignore.')
}
