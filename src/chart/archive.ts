import { CHART_LIMIT_BYTES, placeEntries, unpackFiles } from './chart-files.ts'
import { contentIdentity } from './content-identity.ts'
import {
  chartYamlFingerprint,
  gzipFingerprints,
  subchartFingerprints,
  tarFingerprints
} from './fingerprints.ts'
import { loadChart } from './load-chart.ts'
import type { Metadata } from './metadata/metadata.ts'
import { type ChartFile, toText } from './model/chart-file.ts'
import {
  type ChartProblem,
  chartError,
  type Verdict,
  verdictOf,
  withoutDoubts
} from './model/problem.ts'
import { repeatedSubchartWarnings } from './subcharts.ts'
import { gunzip } from './tar/gzip.ts'
import { MOST_ENTRIES, readTar } from './tar/tar.ts'
import { gitFolderProblems, warningsOn } from './unwanted-files.ts'

/** A packaged chart that has been read, and that Helm can load. */
export interface ChartArchive {
  /** The bytes of the .tgz, untouched. */
  readonly bytes: Buffer
  readonly metadata: Metadata
  /** A digest of the files that it holds, see {@link contentIdentity}. */
  readonly contentIdentity: string
  /** The paths of its files, below the root folder. */
  readonly paths: readonly string[]
}

/** What reading an archive gave: a verdict, what led to it, and the chart when there is one to publish. */
export interface ArchiveReading {
  readonly verdict: Verdict
  readonly problems: readonly ChartProblem[]
  /** What Chart.yaml says, also of a chart that is refused; undefined when it could not be read. */
  readonly metadata: Metadata | undefined
  /** Undefined when the verdict is `refused`. */
  readonly archive: ChartArchive | undefined
  /** What it holds, unpacked. */
  readonly files: readonly ChartFile[]
}

/** Room for a header and padding, up to two blocks, for each entry beside the files themselves. */
const INFLATE_LIMIT_BYTES = CHART_LIMIT_BYTES + MOST_ENTRIES * 1024
/** Enough to see what is wrong; a hostile archive could have one for each of its entries. */
const MOST_PROBLEMS = 100

export interface ReadArchiveOptions {
  /** helm has just packed it, and has read its values and its YAML. */
  readonly isFresh?: boolean
}

/**
 * Reads a packaged chart in memory and says everything that is wrong with it: the fingerprints of
 * `helm package`, the files, Chart.yaml, subcharts. Nothing is unpacked to disk.
 */
export function readArchive(
  bytes: Buffer,
  { isFresh = false }: ReadArchiveOptions = {}
): ArchiveReading {
  const unzipped = gunzip(bytes, INFLATE_LIMIT_BYTES)
  if ('problem' in unzipped) return unreadable(unzipped.problem)
  const { member } = unzipped
  const read = readTar(member.body)
  if ('problem' in read) return unreadable(...gzipFingerprints(member), read.problem)
  const { files, problems } = placeEntries(read.tar.entries)
  const loaded = loadChart(files, { inflateLimitBytes: INFLATE_LIMIT_BYTES, readsValues: !isFresh })
  const { metadata } = loaded.chart
  const all = [
    ...problems,
    ...loaded.problems,
    ...gzipFingerprints(member),
    ...tarFingerprints(read.tar, metadata?.name),
    // What was too much to read is not read for its fingerprint.
    ...(metadata ? chartYamlFingerprint(files) : []),
    ...subchartFingerprints(loaded.chart),
    ...repeatedSubchartWarnings(files, loaded.chart),
    ...gitFolderProblems(files),
    ...warningsOn(files)
  ]
  const archive = metadata && {
    bytes,
    metadata,
    contentIdentity: contentIdentity(files),
    paths: files.map(({ path }) => toText(path))
  }
  // Without its metadata there is nothing to publish, whoever can read them.
  const reading = { problems: [], verdict: 'genuine', metadata, archive, files } as const
  return withProblems(reading, atMost(metadata ? withoutDoubts(all, isFresh) : all))
}

/** The files of an archive, unpacked; none of one that cannot be read. */
export function filesIn(bytes: Buffer): readonly ChartFile[] {
  const unpacked = unpackFiles(bytes, INFLATE_LIMIT_BYTES)
  return 'files' in unpacked ? unpacked.files : []
}

/** The reading with more problems, and with the verdict that they leave. */
export function withProblems(
  reading: ArchiveReading,
  more: readonly ChartProblem[]
): ArchiveReading {
  const problems = [...reading.problems, ...more]
  const verdict = verdictOf(problems)
  const archive = verdict === 'refused' ? undefined : reading.archive
  return { ...reading, verdict, problems, archive }
}

function unreadable(...problems: readonly ChartProblem[]): ArchiveReading {
  return { verdict: 'refused', problems, metadata: undefined, archive: undefined, files: [] }
}

function atMost(problems: readonly ChartProblem[]): readonly ChartProblem[] {
  if (problems.length <= MOST_PROBLEMS) return problems
  const message = `There are ${problems.length - MOST_PROBLEMS} more problems.`
  const more = chartError('more-problems', message, 'Fix the problems above first.')
  return [...problems.slice(0, MOST_PROBLEMS), { ...more, allows: verdictOf(problems) }]
}
