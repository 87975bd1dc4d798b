import { createHash } from 'node:crypto'
import { chmod, mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf, Failure, messageOf } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import { untilInterrupted } from '../shared/interruption.ts'
import { readRegularFile } from '../shared/regular-file.ts'
import { type DownloadOptions, download, LARGEST_ARCHIVE_BYTES } from './download.ts'
import { chooseRelease, type Release, type WantedRelease } from './release.ts'

interface InstallOptions extends WantedRelease, DownloadOptions {
  /** A private folder for this run. */
  readonly folder: string
}

type ToolCache = typeof import('@actions/tool-cache')

// A cache of archives: each can be verified by the checksum that Helm published.
const CACHE_NAME = 'publish-helm-chart-helm-archive'
/** `tar` unpacks it in a second. */
const UNPACK_MS = 60_000

/**
 * The path of a verified helm of that version, unpacked into the private folder. Its archive comes from the tool cache,
 * else it is downloaded. The cache holds the archive and not the program, since only the archive's SHA-256 is built in:
 * whoever can write to the cache could replace a program along with a checksum that is saved with it.
 * @throws Failure helm, when it is not available, or cannot be verified; the signal's reason on abort
 */
export async function installHelm(options: InstallOptions): Promise<string> {
  const release = chooseRelease(options)
  const cache = await import('@actions/tool-cache')
  const cached = await cachedArchive(cache, release, options)
  const folder = await mkdtemp(join(options.folder, 'helm-'))
  const file = join(folder, release.fileName)
  await writeFile(file, cached ?? (await downloadedArchive(release, options)))
  const program = await unpack(cache, file, release, { ...options, folder })
  if (!cached) await save(cache, file, release, options)
  return program
}

function keyOf({ sha256 }: Release): string {
  return sha256.slice(0, 16)
}

/** The archive in the tool cache; undefined when there is none, or another one. */
async function cachedArchive(
  cache: ToolCache,
  release: Release,
  { environment, logger }: InstallOptions
): Promise<Buffer | undefined> {
  if (!environment['RUNNER_TOOL_CACHE']) return undefined
  const folder = cache.find(CACHE_NAME, release.version, keyOf(release))
  if (folder === '') return undefined
  const path = join(folder, release.fileName)
  const file = await readRegularFile(path, { largest: LARGEST_ARCHIVE_BYTES }).catch(
    () => undefined
  )
  const bytes = file?.bytes
  if (bytes && sha256Of(bytes) === release.sha256) return bytes
  logger.warning(
    `The archive of helm in the tool cache, ${path}, does not have the checksum that Helm published, so it was not used.`
  )
  return undefined
}

async function downloadedArchive(release: Release, options: InstallOptions): Promise<Buffer> {
  const { version, url, sha256 } = release
  options.logger.info(`Downloading helm ${version} from ${url.href}.`)
  const bytes = await download(url, options).catch((error: unknown) => {
    options.signal.throwIfAborted()
    throw notInstalled(release, error)
  })
  const found = sha256Of(bytes)
  if (found === sha256) return bytes
  const message = `The download ${url.href} has the SHA-256 ${found}, expected ${sha256}; it was not used.`
  throw new Failure('helm', {
    message,
    fix: `Check ${input('helm-download-url')} and ${input('helm-sha256')}.`
  })
}

async function unpack(
  cache: ToolCache,
  file: string,
  release: Release,
  { folder, signal }: InstallOptions
): Promise<string> {
  const target = join(folder, 'unpacked')
  const isZip = release.fileName === 'helm.zip'
  const unpacking = isZip ? cache.extractZip(file, target) : cache.extractTar(file, target)
  const stop = AbortSignal.any([signal, AbortSignal.timeout(UNPACK_MS)])
  const program = join(target, release.platform, isZip ? 'helm.exe' : 'helm')
  try {
    await untilInterrupted(unpacking, stop, 0)
    await chmod(program, 0o755)
    return program
  } catch (error) {
    signal.throwIfAborted()
    throw notInstalled(release, error)
  }
}

/** Next time it is downloaded again where it cannot be saved. */
async function save(
  cache: ToolCache,
  file: string,
  release: Release,
  { environment, logger }: InstallOptions
): Promise<void> {
  if (!environment['RUNNER_TOOL_CACHE']) return
  const { fileName, version } = release
  await cache
    .cacheFile(file, fileName, CACHE_NAME, version, keyOf(release))
    .catch((error: unknown) => {
      const why = codeOf(error) ?? messageOf(error)
      logger.notice(`The archive of helm cannot be saved in the tool cache: ${why}.`)
    })
}

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function otherSource(): string {
  return `Put a recent helm on PATH, or set ${input('helm-download-url')} to a mirror.`
}

function notInstalled({ version, url }: Release, error: unknown): Failure {
  const why = `${messageOf(error).replace(/\.$/, '')}.`
  const message = `Helm ${version} is not installed, and could not be downloaded from ${url.href}:`
  // Certificates and time limits have their own fix.
  const inputs = [input('ca'), input('timeout')]
  const isOwn = error instanceof Failure && inputs.some((name) => error.fix.includes(name))
  return new Failure('helm', { message, why, fix: isOwn ? error.fix : otherSource() }, error)
}
