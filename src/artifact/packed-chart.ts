import type { BigIntStats } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import type { ArchiveReading, ChartArchive } from '../chart/archive.ts'
import { codeOf, Failure, type SourceLocation } from '../shared/failure.ts'
import { fileFault } from '../shared/file-fault.ts'
import { shortDigest, sizeText } from '../shared/format.ts'
import { input } from '../shared/input-name.ts'
import type { Logger } from '../shared/logger.ts'
import { readRegularFile } from '../shared/regular-file.ts'
import { LARGEST_ARCHIVE_BYTES } from './archive-file.ts'
import { buildArtifact } from './artifact.ts'
import type { ChartAttachments } from './chart-attachments.ts'
import { createdText, fileTime, localOffsetMinutes } from './created.ts'
import { fileBacked } from './file-backed.ts'
import { requireValid, type ValidationOptions, type ValidChart } from './require-valid.ts'
import { requireSizes } from './size-limits.ts'
import { validateArchive } from './validate-archive.ts'

/** An archive that was read and found valid, with the artifact that it makes. */
export interface PackedChart extends Omit<ValidChart, 'verdict'> {
  /** Path of the archive in the private folder of the run. */
  readonly path: string
  /** The archive that was given in place of a directory; absolute. */
  readonly given: string | undefined
  /** Of the PGP key that this run signed it with. */
  readonly pgpFingerprint?: string | undefined
  /** Why packing the same source again would give other bytes, as a fix; undefined when it would not. */
  readonly toRepeat: string | undefined
  /** Where the version is written; undefined where it is an input, or where the chart was not a directory. */
  readonly versionPlace?: SourceLocation | undefined
  /** Where it was copied from; undefined of what is no copy of a published chart. */
  readonly copied?: CopiedChart | undefined
}

/** A published chart that is copied byte by byte. */
export interface CopiedChart {
  /** As users see it. */
  readonly source: string
  readonly attachments: ChartAttachments
}

export interface ReadOptions extends ValidationOptions {
  readonly annotations: ReadonlyMap<string, string>
  readonly given?: string
  readonly toRepeat: string | undefined
  /** Makes the provenance, in place of what lies beside the archive. */
  readonly sign?: SignArchive | undefined
  readonly logger: Logger
  readonly signal: AbortSignal
}

/** What signing with PGP makes of an archive. */
export interface SignedArchive {
  readonly provenance: Buffer
  /** Of the key. */
  readonly fingerprint: string
}

/** @param date of the archive @throws Failure signing */
export type SignArchive = (
  archive: ChartArchive,
  date: Date,
  logger: Logger
) => Promise<SignedArchive>

/**
 * Judges the archive at `path`, in the private folder, and derives its artifact, as `helm push` would: from its own
 * time, and with the provenance next to it.
 * @throws Failure chart, with all that keeps it from being published; helm, where there is no archive
 */
export async function readPacked(path: string, options: ReadOptions): Promise<PackedChart> {
  const { annotations, given, toRepeat, sign, logger, signal } = options
  const { bytes, stats } = await readOwn(path, signal).catch((error: unknown) => {
    signal.throwIfAborted()
    throw noArchive(path, error)
  })
  const isFresh = given === undefined
  const reading = validateArchive(bytes, { isFresh })
  const judged = isFresh ? fromHelm(reading) : reading
  const created = readCreated(stats, logger)
  const signed = judged.archive && (await sign?.(judged.archive, fileTime(stats), logger))
  if (signed) await writeFile(`${path}.prov`, signed.provenance)
  const provenance = signed?.provenance ?? (await readProvenance(path, signal))
  const valid = requireValid(
    judged,
    (archive) => buildArtifact(archive, { created, provenance, annotations }),
    options
  )
  const { artifact, verdict } = valid
  requireSizes(artifact, annotations)
  const { size, digest } = artifact.chart
  logger.detail(`The archive is ${verdict}: ${sizeText(size)}, ${shortDigest(digest)}.`)
  return {
    ...valid,
    ...fileBacked(path, valid),
    path,
    given,
    toRepeat,
    pgpFingerprint: signed?.fingerprint
  }
}

/** What lies in the private folder was put there by helm or by us; nothing else than a file is read. */
function readOwn(path: string, signal: AbortSignal) {
  return readRegularFile(path, { largest: LARGEST_ARCHIVE_BYTES, refusesLinks: true, signal })
}

function noArchive(path: string, error: unknown): Failure {
  const message = `The archive "${path}" that helm should have written cannot be read: ${fileFault(error)}.`
  const fix = `Put a genuine helm on PATH, or set ${input('helm-version')}.`
  return new Failure('helm', { message, fix }, error)
}

/** helm 4.3 ends well on a full disk, and leaves the beginning of an archive (measured). */
function fromHelm(reading: ArchiveReading): ArchiveReading {
  const problems = reading.problems.map((problem) => {
    if (problem.code !== 'archive-cut') return problem
    const message = 'The archive that helm just wrote is truncated.'
    return { ...problem, message, fix: 'Free some space in the folder for temporary files.' }
  })
  return { ...reading, problems }
}

function readCreated(stats: BigIntStats, logger: Logger): string {
  const mtime = fileTime(stats)
  const created = createdText(mtime)
  if (localOffsetMinutes(mtime) !== 0) {
    logger.notice(
      `The digest depends on the time zone of this machine, as with \`helm push\`: created is ${created}.`
    )
  }
  return created
}

async function readProvenance(path: string, signal: AbortSignal): Promise<Buffer | undefined> {
  const found = await readOwn(`${path}.prov`, signal).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  })
  return found?.bytes
}
