import { lstat, mkdtemp, readdir } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { Environment } from '../shared/environment.ts'
import { codeOf, Failure } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import type { Logger } from '../shared/logger.ts'
import type { ProcessResult } from '../shared/run-process.ts'
import type { Helm } from './find.ts'
import { helmEnvironment, runHelm } from './run-helm.ts'

export interface PackageOptions {
  /** The chart directory, as messages name it. */
  readonly chart: string
  /** A mirror of it that helm packages in its place. */
  readonly mirror?: string | undefined
  readonly version: string | undefined
  readonly appVersion: string | undefined
  /** Seconds since 1970 that Helm 4.3 and newer stamp into the archive. */
  readonly sourceDateEpoch: number | undefined
  readonly environment: Environment
  /** Bytes that the archive may have. */
  readonly largestArchiveBytes: number
  /** A private folder for this run; the archive is written into a new folder inside it. */
  readonly folder: string
  readonly signal: AbortSignal
  readonly logger: Logger
  /** Whether the chart was packaged before in this run, and helm's remarks on it are known. */
  readonly isRepeated?: boolean
}

/** A 92 MB chart takes helm 2.3 s on two cores; what takes minutes hangs. */
const PACKAGE_TIMEOUT_MS = 300_000

/** The path of the archive, or the failure with helm's own text when it refuses the chart. */
export type PackageAnswer =
  | { readonly kind: 'packaged'; readonly path: string }
  | { readonly kind: 'refused'; readonly failure: Failure }

/** A run of `helm package` that has ended. */
export interface PackageRun {
  readonly result: ProcessResult
  /** The folder for its archive. */
  readonly destination: string
}

/**
 * Runs `helm package` on a chart, unless it has run before, and says what came of it.
 * @throws Failure helm, when helm cannot be started, hangs, has no space left, or writes no archive
 */
export async function packageChart(
  helm: Helm,
  options: PackageOptions,
  before?: PackageRun
): Promise<PackageAnswer> {
  const { result, destination } = before ?? (await runPackage(helm.path, options))
  const remarks = remarksIn(result.stderr, options)
  if (result.exitCode !== 0) {
    const why = remarks.join('; ').replace(/^Error: /, '') || 'it gave no reason'
    if (DISK_FULL.test(why)) throw diskFull(helm, options, why)
    return { kind: 'refused', failure: refusal(helm, options, why) }
  }
  for (const remark of options.isRepeated ? [] : remarks) options.logger.info(`helm: ${remark}`)
  return { kind: 'packaged', path: await onlyArchive(helm, destination, options) }
}

/** Runs `helm package`, whatever comes of it. @throws Failure helm, when it cannot be started or hangs */
export async function runPackage(path: string, options: PackageOptions): Promise<PackageRun> {
  const destination = await mkdtemp(join(options.folder, 'archive-'))
  const { version, appVersion } = options
  const args = [
    'package',
    resolve(options.mirror ?? options.chart),
    `--destination=${destination}`,
    ...(version === undefined ? [] : [`--version=${version}`]),
    ...(appVersion === undefined ? [] : [`--app-version=${appVersion}`])
  ]
  const result = await runHelm(path, args, {
    environment: packageEnvironment(options),
    directory: options.folder,
    timeoutMs: PACKAGE_TIMEOUT_MS,
    signal: options.signal
  })
  return { result, destination }
}

function packageEnvironment(options: PackageOptions): Readonly<Record<string, string>> {
  const environment = helmEnvironment(options.environment, options.folder)
  const epoch = options.sourceDateEpoch
  return epoch === undefined ? environment : { ...environment, SOURCE_DATE_EPOCH: String(epoch) }
}

/** What helm says, of the chart itself and not of its mirror, which consists of links. */
function remarksIn(stderr: string, { chart, mirror }: PackageOptions): readonly string[] {
  const lines = stderr.split(/\r?\n/).filter((line) => line.trim() !== '')
  if (mirror === undefined) return lines
  // By a name that needs no escapes: helm quotes paths with odd characters.
  const folder = basename(dirname(mirror))
  const isOfMirror = (line: string) => LINK.test(line) && line.includes(folder)
  const own = lines.filter((line) => !isOfMirror(line))
  return own.map((line) => line.replaceAll(mirror, () => resolve(chart)))
}

/** helm, internal/sympath, walk.go. */
const LINK = /found symbolic link in path/

/** As Go and the shells of wrappers write ENOSPC and EDQUOT. */
const DISK_FULL = /no space left on device|disk quota exceeded/i

function diskFull(helm: Helm, { chart, folder }: PackageOptions, why: string): Failure {
  const message = `\`helm package\` (${helm.version.text}) could not write the archive of the chart "${chart}":`
  const fix = `Free some space in "${dirname(folder)}", or set TMPDIR (on GitHub RUNNER_TEMP) to a folder that has some.`
  return new Failure('helm', { message, why: `${why}.`, fix })
}

function refusal(helm: Helm, { chart }: PackageOptions, why: string): Failure {
  const message = `\`helm package\` (${helm.version.text}) refused the chart "${chart}":`
  const fix = "Fix the chart as described in Helm's error."
  return new Failure('helm', { message, why: `${why}.`, fix })
}

/** What helm has written is not read before it is known to be one file of a bounded size. */
async function onlyArchive(
  helm: Helm,
  folder: string,
  { largestArchiveBytes: largest }: PackageOptions
): Promise<string> {
  const files = await readdir(folder).catch((error: unknown) => {
    throw unexpected(helm, `a folder that cannot be read (${codeOf(error) ?? 'unknown error'})`)
  })
  const [name, ...others] = files.filter((file) => file.endsWith('.tgz'))
  if (name === undefined || others.length > 0) {
    throw unexpected(helm, `${files.length} files instead of one archive`)
  }
  const path = join(folder, name)
  const found = await lstat(path)
  if (!found.isFile()) throw unexpected(helm, `"${name}", which is not a regular file`)
  if (found.size <= largest) return path
  throw unexpected(helm, `"${name}" with ${found.size} bytes; ${largest} are the limit`)
}

function unexpected({ path }: Helm, what: string): Failure {
  const message = `${path} succeeded but wrote ${what}.`
  return new Failure('helm', {
    message,
    fix: `Put a genuine helm on PATH, or set ${input('helm-version')}.`
  })
}
