import { readFile, stat } from 'node:fs/promises'
import type { ArchiveReading, ChartArchive } from '../../chart/archive.ts'
import { createdText, localOffsetMinutes } from '../../chart/created.ts'
import { type ChartProblem, type Verdict, verdictOf } from '../../chart/problem.ts'
import { codeOf, failureOf, type Place } from '../../shared/failure.ts'
import { readRegularFile } from '../../shared/input-file.ts'
import type { Logger } from '../../shared/logger.ts'
import { LARGEST_ARCHIVE_BYTES } from './archive-file.ts'
import { buildArtifact, type ChartArtifact } from './artifact.ts'
import { fileTime } from './file-time.ts'
import { judgeArchive } from './judge.ts'
import { requireSizes } from './size-limits.ts'

/** An archive that was read and found fit to publish, with the artifact that it makes. */
export interface PackedChart {
  /** Path of the archive in the private folder of the run. */
  readonly path: string
  /** The archive that was given in place of a directory; absolute. */
  readonly given: string | undefined
  readonly archive: ChartArchive
  readonly artifact: ChartArtifact
  /** Why packing the same source again would give other bytes, as a fix; undefined when it would not. */
  readonly toRepeat: string | undefined
  /** Where the version is written; undefined where it is an input, or where the chart was not a directory. */
  readonly versionPlace?: Place | undefined
  /** What is worth knowing of the chart though it keeps nothing from being published. */
  readonly warnings: readonly PackedWarning[]
}

export interface PackedWarning {
  readonly text: string
  readonly place: Place | undefined
}

export interface ReadOptions {
  readonly requireGenuine: boolean
  readonly annotations: ReadonlyMap<string, string>
  readonly given?: string
  readonly toRepeat: string | undefined
  /** Where in the chart's directory a problem is to be mended; without it no problem has a place. */
  readonly placeOf?: (problem: ChartProblem) => Place | undefined
  readonly logger: Logger
}

/**
 * Judges the archive at `path` and derives its artifact, as `helm push` would: from its own time, and
 * with the provenance that lies beside it. @throws Failure chart, with all that keeps it from being published
 */
export async function readPacked(path: string, options: ReadOptions): Promise<PackedChart> {
  const { annotations, given, toRepeat, logger } = options
  const reading = judgeArchive(await readRegularFile(path, LARGEST_ARCHIVE_BYTES))
  const told = given === undefined ? fromHelm(reading) : reading
  const { archive, verdict, warnings } = requireFit(told, options)
  const artifact = buildArtifact(archive, {
    created: await readCreated(path, logger),
    provenance: await readProvenance(path),
    annotations
  })
  requireSizes(artifact, annotations)
  logger.info(`The archive is ${verdict}: ${archive.bytes.length} bytes, ${artifact.chart.digest}.`)
  return { path, given, archive, artifact, toRepeat, warnings }
}

/** helm 4.3 ends well on a full disk, and leaves the beginning of an archive (measured). */
function fromHelm(reading: ArchiveReading): ArchiveReading {
  const problems = reading.problems.map((problem) => {
    if (problem.code !== 'archive-cut') return problem
    const message = 'The archive that helm has just written is cut short.'
    return { ...problem, message, fix: 'Free some space in the folder for temporary files.' }
  })
  return { ...reading, problems }
}

interface FitArchive {
  readonly archive: ChartArchive
  readonly verdict: Verdict
  readonly warnings: readonly PackedWarning[]
}

/** The archive of a reading, when it may be published. @throws Failure chart, with all that keeps it from that */
export function requireFit(
  { archive, ...reading }: ArchiveReading,
  { requireGenuine, placeOf }: Pick<ReadOptions, 'requireGenuine' | 'placeOf'>
): FitArchive {
  const problems = reading.problems.map((problem) => ({ ...problem, place: placeOf?.(problem) }))
  const errors = obstaclesIn(problems, requireGenuine)
  if (!archive || errors.length > 0) throw failureOf('chart', errors)
  const warnings = problems.map(({ message, fix, place }) => ({ text: `${message} ${fix}`, place }))
  return { archive, verdict: verdictOf(problems), warnings }
}

/** Those problems that keep an archive from being published. */
export function obstaclesIn<T extends ChartProblem>(
  problems: readonly T[],
  requireGenuine: boolean
): readonly T[] {
  return problems.filter(({ allows }) => {
    return allows === 'refused' || (allows === 'loadable' && requireGenuine)
  })
}

async function readCreated(path: string, logger: Logger): Promise<string> {
  const mtime = fileTime(await stat(path, { bigint: true }))
  const created = createdText(mtime)
  if (localOffsetMinutes(mtime) !== 0) {
    logger.notice(
      `The digest depends on the time zone of this machine, as with \`helm push\`: created is ${created}.`
    )
  }
  return created
}

/** What lies in the private folder is ours, and was found to be a file. */
async function readProvenance(path: string): Promise<Buffer | undefined> {
  return readFile(`${path}.prov`).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  })
}
