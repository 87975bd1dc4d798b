import { readdir } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import type { Environment } from '../shared/environment.ts'
import { fileFault } from '../shared/file-fault.ts'
import type { Logger } from '../shared/logger.ts'
import { readRegularFile } from '../shared/regular-file.ts'
import { isUntrusted } from './network-failure.ts'
import { nodeAuthorities } from './node-authorities.ts'
import {
  CERTIFICATE,
  DEFAULT_TLS,
  foreignTrust,
  registryTrust,
  type TlsSettings,
  type TrustOptions
} from './tls-options.ts'

/** What trust in a host depends on: the registry has settings of its own. */
type Circle = 'registry' | 'other'

interface TrustsOptions {
  readonly tls?: TlsSettings
  readonly environment?: Environment
  readonly logger: Logger
}

/** What hosts are verified with: `ca` alone, that and what Node trusts, or what this machine trusts as well. */
const LEVELS = ['given', 'usual', 'machine'] as const
type Level = (typeof LEVELS)[number]

/**
 * How hosts are verified: with little at first, and with more when a certificate needs it. To make a context of TLS with
 * all authorities that Node has takes 20 ms before the first connection, and to read those of the machine as long.
 */
export class Trusts {
  readonly #options: TrustsOptions
  readonly #made = new Map<string, Promise<TrustOptions | undefined>>()
  /** What was enough. */
  readonly #enough = new Map<Circle, Level>()
  #problem: string | undefined

  constructor(options: TrustsOptions) {
    this.#options = options
  }

  /** Runs `body`, which connects to `host`, with the trust in it; again with more when its certificate needs it. */
  async with<T>(
    circle: Circle,
    host: string | undefined,
    body: (trust: TrustOptions) => Promise<T>
  ): Promise<T> {
    let untrusted: unknown
    for (const level of LEVELS.slice(LEVELS.indexOf(this.#firstLevel(circle)))) {
      const trust = await this.#trust(circle, level)
      if (!trust) continue
      try {
        const result = await body(trust)
        this.#note(circle, level, host)
        return result
      } catch (error) {
        if (!isUntrusted(error)) throw error
        untrusted = error
      }
    }
    throw untrusted
  }

  #firstLevel(circle: Circle): Level {
    return this.#enough.get(circle) ?? (this.#options.tls?.ca === undefined ? 'usual' : 'given')
  }

  #note(circle: Circle, level: Level, host: string | undefined): void {
    if (level === 'machine' && this.#enough.get(circle) !== level) {
      this.#options.logger.debug(
        `${host} is verified with the certificate authorities of this machine.`
      )
    }
    this.#enough.set(circle, level)
  }

  #trust(circle: Circle, level: Level): Promise<TrustOptions | undefined> {
    const key = `${circle} ${level}`
    const trust = this.#made.get(key) ?? this.#make(circle, level)
    this.#made.set(key, trust)
    return trust
  }

  /** Undefined where a level has nothing that the one before does not have. */
  async #make(circle: Circle, level: Level): Promise<TrustOptions | undefined> {
    const { tls = DEFAULT_TLS, environment = {} } = this.#options
    const given = tls.ca === undefined ? [] : [tls.ca]
    const trust = (authorities?: readonly string[]) => {
      return circle === 'registry' ? registryTrust(tls, authorities) : foreignTrust(authorities)
    }
    if (level === 'given') return trust(given)
    if (level === 'usual' && given.length === 0) return trust()
    const machine = level === 'machine' ? await this.#machineAuthorities() : []
    if (level === 'machine' && machine.length === 0) return undefined
    return trust([...new Set([...(await nodeAuthorities(environment)), ...given, ...machine])])
  }

  async #machineAuthorities(): Promise<readonly string[]> {
    const { certificates, problem } = await systemAuthorities(this.#options.environment ?? {})
    if (problem !== undefined && problem !== this.#problem) this.#options.logger.warning(problem)
    this.#problem = problem
    return certificates
  }
}

/** The authorities that this machine trusts. */
interface SystemAuthorities {
  /** Each in PEM, none twice. */
  readonly certificates: readonly string[]
  /** Why a file that SSL_CERT_FILE names is not among them; a sentence. */
  readonly problem?: string | undefined
}

/**
 * Where distributions keep the bundle of all authorities, as Go and so helm look for it: Debian and Alpine, Fedora,
 * openSUSE, RHEL, Alpine and BSD. The first that exists counts.
 */
const BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
  '/usr/local/etc/ssl/cert.pem',
  '/usr/local/share/certs/ca-root-nss.crt'
]
const FOLDERS = ['/etc/ssl/certs', '/etc/pki/tls/certs']
const HAS_STORE_OF_ITS_OWN: readonly NodeJS.Platform[] = ['win32', 'darwin']

/** The bundles of distributions have 250 KiB; what is larger is something else. */
const LARGEST_FILE_BYTES = 16 * 1024 * 1024
/** Debian has 292 entries, each authority twice. */
const MOST_FILES = 2000

/**
 * Reads the certificates that helm, curl and Go trust on this machine: the file of SSL_CERT_FILE, else the bundle of
 * the distribution, and those of the folders of SSL_CERT_DIR, else of the distribution (crypto/x509). On Windows and
 * macOS what Node knows of their store, from Node 22.15 on. Reading takes about 10 ms, trusting them as long or, with
 * Node 20, 80 ms: so it is done where a certificate is not trusted otherwise.
 */
export async function systemAuthorities(
  environment: Environment,
  platform: NodeJS.Platform = process.platform
): Promise<SystemAuthorities> {
  const file = environment['SSL_CERT_FILE']
  const folders = (environment['SSL_CERT_DIR'] ?? '').split(delimiter).filter(Boolean)
  const hasStore = HAS_STORE_OF_ITS_OWN.includes(platform)
  const bundle = file ? await readCertificates(file) : await firstBundle(hasStore ? [] : BUNDLES)
  const usual = hasStore ? [] : FOLDERS
  const others = await Promise.all((folders.length > 0 ? folders : usual).map(readFolder))
  const store = hasStore ? await storeOfPlatform() : []
  const found = typeof bundle === 'string' ? [] : bundle
  const problem = `SSL_CERT_FILE names ${file}, which cannot be read: ${bundle}.`
  return {
    certificates: [...new Set([...found, ...others.flat(), ...store])],
    ...(typeof bundle === 'string' && { problem })
  }
}

async function firstBundle(paths: readonly string[]): Promise<readonly string[]> {
  for (const path of paths) {
    const found = await readCertificates(path)
    if (typeof found !== 'string') return found
  }
  return []
}

async function readFolder(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => [])
  const found = names.slice(0, MOST_FILES).map(async (name) => {
    const certificates = await readCertificates(join(folder, name))
    return typeof certificates === 'string' ? [] : certificates
  })
  return (await Promise.all(found)).flat()
}

/** The certificates in a file, or why it cannot be read. */
async function readCertificates(path: string): Promise<readonly string[] | string> {
  try {
    const { bytes } = await readRegularFile(path, { largest: LARGEST_FILE_BYTES })
    return bytes.toString('utf8').match(CERTIFICATE) ?? []
  } catch (error) {
    return fileFault(error)
  }
}

async function storeOfPlatform(): Promise<readonly string[]> {
  const { default: tls } = await import('node:tls')
  return 'getCACertificates' in tls ? tls.getCACertificates('system') : []
}
