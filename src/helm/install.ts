import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { chmod, mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Failure, messageOf } from '../shared/failure.ts'
import type { Logger } from '../shared/logger.ts'
import { type HelmVersion, KNOWN_VERSIONS, satisfies } from './helm-version.ts'
import releases from './releases.json' with { type: 'json' }

export interface InstallOptions {
  /** Without a patch number, the newest that is built in is taken. */
  readonly version: HelmVersion
  /** SHA-256 of the download in hexadecimal; undefined takes the one that is built in. */
  readonly sha256: string | undefined
  /** Base of the download, as https://get.helm.sh. */
  readonly downloadUrl: string
  readonly folder: string
  readonly logger: Logger
}

// Not "helm": in the cache of that name lie programs that other actions put there unverified.
const CACHE_NAME = 'publish-helm-chart-helm'
const CHECKSUMS: Readonly<Record<string, Readonly<Record<string, string>>>> = releases.sha256
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' }

interface Download {
  readonly version: string
  /** As in Helm's file names: `linux-amd64`. */
  readonly platform: string
  readonly url: string
  readonly sha256: string
}

/**
 * The path of a verified helm of that version: from the tool cache, else downloaded.
 * @throws Failure helm, when it cannot be had, or cannot be verified
 */
export async function installHelm(options: InstallOptions): Promise<string> {
  const download = chooseDownload(options)
  return fetchHelm(download, options).catch((error: unknown) => {
    throw error instanceof Failure ? error : notInstalled(download, error)
  })
}

async function fetchHelm(download: Download, options: InstallOptions): Promise<string> {
  const cache = await import('@actions/tool-cache')
  const { version, platform, url, sha256 } = download
  const key = sha256.slice(0, 16)
  const cached = cache.find(CACHE_NAME, version, key)
  if (cached !== '') return programIn(cached)
  options.logger.info(`Downloading helm ${version} from ${url}.`)
  const folder = await mkdtemp(join(options.folder, 'helm-'))
  const file = await cache.downloadTool(url, join(folder, 'download'))
  await verify(file, download)
  const unpacked = await unpack(cache, file, folder)
  const installed = await cache.cacheDir(join(unpacked, platform), CACHE_NAME, version, key)
  await chmod(programIn(installed), 0o755)
  return programIn(installed)
}

function chooseDownload({ version, sha256, downloadUrl }: InstallOptions): Download {
  const platform = `${platformName()}-${ARCHITECTURES[process.arch] ?? process.arch}`
  const known = KNOWN_VERSIONS.find((candidate) => satisfies(candidate, version))
  const { text } = sha256 === undefined && known ? known : version
  const checksum = sha256 ?? CHECKSUMS[text]?.[platform]
  if (checksum === undefined) throw noChecksum(text, platform)
  const ending = process.platform === 'win32' ? 'zip' : 'tar.gz'
  const url = `${downloadUrl.replace(/\/+$/, '')}/helm-${text}-${platform}.${ending}`
  return { version: text, platform, url, sha256: checksum.toLowerCase() }
}

function platformName(): string {
  return process.platform === 'win32' ? 'windows' : process.platform
}

type ToolCache = typeof import('@actions/tool-cache')

function unpack(cache: ToolCache, file: string, folder: string): Promise<string> {
  const target = join(folder, 'unpacked')
  return process.platform === 'win32'
    ? cache.extractZip(file, target)
    : cache.extractTar(file, target)
}

function programIn(folder: string): string {
  return join(folder, process.platform === 'win32' ? 'helm.exe' : 'helm')
}

async function verify(file: string, { url, sha256 }: Download): Promise<void> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  const found = hash.digest('hex')
  if (found === sha256) return
  const message = `The download ${url} has the SHA-256 ${found}, expected was ${sha256}; it was not used.`
  throw new Failure('helm', { message, fix: 'Check `helm-download-url` and `helm-sha256`.' })
}

function noChecksum(version: string, platform: string): Failure {
  const versions = KNOWN_VERSIONS.map(({ text }) => text).join(', ')
  const message = `Helm ${version} for ${platform} cannot be verified: its checksum is not built in.`
  const fix = `Set \`helm-sha256\` to the checksum that Helm published, or \`helm-version\` to one of ${versions}.`
  return new Failure('helm', { message, fix })
}

function notInstalled({ version, url }: Download, error: unknown): Failure {
  const message = `Helm ${version} is not at hand, and cannot be installed from ${url}: ${messageOf(error)}.`
  return new Failure(
    'helm',
    { message, fix: 'Put a recent helm on PATH, or set `helm-download-url` to a mirror.' },
    error
  )
}
