import { Failure } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import { findProgram } from '../shared/program.ts'
import type { DownloadOptions } from './download.ts'
import {
  type HelmVersion,
  isRecentEnough,
  OLDEST_VERSIONS_TEXT,
  PINNED_VERSION,
  parseHelmVersion,
  satisfies,
  tooOld
} from './helm-version.ts'
import { installHelm } from './install.ts'
import { helmEnvironment, runHelm } from './run-helm.ts'

/** A helm program that may be used. */
export interface Helm {
  readonly path: string
  readonly version: HelmVersion
}

export interface FindHelmOptions extends DownloadOptions {
  /** The `helm-version` input; undefined takes the helm on PATH when it is recent enough. */
  readonly wanted: HelmVersion | undefined
  /** Checksum of the download, for versions whose checksum is not built in; skips the helm on PATH. */
  readonly sha256: string | undefined
  readonly downloadUrl: string
  /** A private folder for this run. */
  readonly folder: string
}

/** Printing a version takes helm some 50 ms; a loaded runner may take a hundred times as long. */
const VERSION_TIMEOUT_MS = 15_000

/**
 * Finds the helm to package with: the one on PATH when it is the wanted or a recent one, else the
 * wanted or pinned version from the tool cache or a verified download.
 * @throws Failure helm
 */
export async function findHelm(options: FindHelmOptions): Promise<Helm> {
  const { wanted, sha256, logger } = options
  if (wanted && !isRecentEnough(wanted)) throw tooOld(wanted)
  const onPath = sha256 === undefined ? await helmOnPath(options) : undefined
  if (onPath && isUsable(onPath, wanted)) return onPath
  if (onPath) logger.info(whyNot(onPath, wanted))
  return askVersion(await installHelm({ ...options, version: wanted ?? PINNED_VERSION }), options)
}

/**
 * The helm on PATH, where no other one is asked for: `findHelm` most likely returns that one, once it has said its
 * version.
 */
export async function likelyHelm({
  wanted,
  sha256,
  environment
}: Pick<FindHelmOptions, 'wanted' | 'sha256' | 'environment'>): Promise<string | undefined> {
  const isOther = wanted !== undefined || sha256 !== undefined
  return isOther ? undefined : findProgram('helm', environment)
}

function isUsable(helm: Helm, wanted: HelmVersion | undefined): boolean {
  return wanted ? satisfies(helm.version, wanted) : isRecentEnough(helm.version)
}

function whyNot({ version }: Helm, wanted: HelmVersion | undefined): string {
  const reason = wanted ? `not ${wanted.text}` : `older than ${OLDEST_VERSIONS_TEXT}`
  return `The helm on PATH is ${version.text}, ${reason}; it is not used.`
}

async function helmOnPath(options: FindHelmOptions): Promise<Helm | undefined> {
  const path = await findProgram('helm', options.environment)
  return path === undefined ? undefined : askVersion(path, options)
}

async function askVersion(path: string, options: FindHelmOptions): Promise<Helm> {
  const result = await runHelm(path, ['version', '--short'], {
    environment: helmEnvironment(options.environment, options.folder),
    directory: options.folder,
    timeoutMs: VERSION_TIMEOUT_MS,
    signal: options.signal
  })
  const version = parseHelmVersion(result.stdout)
  if (version) return { path, version }
  const answer = (result.stdout + result.stderr).trim()
  const message = `\`${path} version\` did not print a version: exit code ${result.exitCode}, "${answer}".`
  throw new Failure('helm', {
    message,
    fix: `Put a working helm on PATH, or set ${input('helm-version')}.`
  })
}
