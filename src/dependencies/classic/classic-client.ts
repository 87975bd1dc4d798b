import { proxiesFrom } from '../../http/proxy.ts'
import { Failure } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'
import type { IndexEntries } from '../index/index-entry.ts'
import { IndexError } from '../index/index-error.ts'
import { readIndex } from '../index/index-file.ts'
import { indexUrl } from '../rules/archive-location.ts'
import type { ClassicAccess, ClassicContext, WantedFile } from './classic-access.ts'
import { Download, type SharedParts } from './download.ts'
import { contentOf } from './file-content.ts'
import { LoginHeaders } from './login-headers.ts'
import { OriginTransports } from './origin-transports.ts'
import { placeOf, repositoryText } from './place.ts'
import { SharedIndex } from './shared-index.ts'
import { SilentHosts } from './silent-hosts.ts'
import { Surroundings } from './surroundings.ts'

export type RepositoryIndex = ReadonlyMap<string, IndexEntries>

/**
 * A client of classic Helm repositories, for a whole run: each index and each archive is fetched once, whoever asks, and
 * what failed is not tried again. Interrupt it by the signal of its context.
 */
export class ClassicClient {
  readonly #parts: SharedParts
  readonly #files = new Map<string, Promise<Buffer>>()
  /** By the URL of index.yaml. */
  readonly #indexes = new Map<string, SharedIndex>()

  /** Masks the logins of proxies, so that nothing is to be printed before. */
  constructor(access: ClassicAccess, context: ClassicContext) {
    const proxies = proxiesFrom(context.environment, context.secrets)
    this.#parts = {
      access,
      context,
      headers: new LoginHeaders(access, context),
      surroundings: new Surroundings(proxies, context.resolve),
      transports: new OriginTransports(access, context, proxies),
      silent: new SilentHosts(context.logger)
    }
  }

  /**
   * The bytes of index.yaml, unpacked.
   * @param repository its URL as Chart.yaml has it; a slash at the end makes no difference
   * @throws Failure auth, when there is none, it may not be read, or a web page is in its place; registry, when it cannot
   * be fetched; chart, when the URL cannot be used
   */
  async index(repository: string | URL): Promise<Buffer> {
    return this.#fetch(indexOf(repository))
  }

  /**
   * What the index says of the charts `names`; a chart that it does not have is absent.
   * @throws Failure as `index` does; registry, when the index cannot be read
   */
  async readRepositoryIndex(
    repository: string | URL,
    names: readonly string[]
  ): Promise<RepositoryIndex> {
    const file = indexOf(repository)
    const index = this.#indexes.get(file.url.href) ?? this.#shared(file)
    this.#indexes.set(file.url.href, index)
    const found = names.map(async (name) => [name, await index.entries(name)] as const)
    const all = await Promise.all(found)
    return new Map(all.flatMap(([name, entries]) => (entries ? [[name, entries] as const] : [])))
  }

  /**
   * The bytes of an archive that the index of `repository` lists under `url`: gzip, else unchecked.
   * @throws Failure chart, when it does not exist, is too large or is no gzip; auth, when it may not be read, or a web page
   * is in its place; registry, when it cannot be fetched
   */
  async archive(repository: string | URL, url: URL): Promise<Buffer> {
    const base = repositoryUrl(repository)
    requireUsable(url, `An archive in the index of ${repositoryText(base)}`)
    return this.#fetch({ kind: 'archive', repository: base, url })
  }

  /** Closes all connections. */
  async close(): Promise<void> {
    await this.#parts.transports.close()
  }

  #shared(file: WantedFile): SharedIndex {
    return new SharedIndex({
      bytes: () => this.#fetch(file),
      read: (bytes, names) => read(file, bytes, names)
    })
  }

  /** By its repository, too: who leads to an address decides about logins, and whether it may be asked. */
  #fetch(file: WantedFile): Promise<Buffer> {
    const key = `${file.repository.href.replace(/\/+$/, '')} ${file.url.href}`
    const known = this.#files.get(key) ?? this.#download(file)
    this.#files.set(key, known)
    return known
  }

  async #download(file: WantedFile): Promise<Buffer> {
    return contentOf(file, await new Download(file, this.#parts).run())
  }
}

function indexOf(repository: string | URL): WantedFile {
  const base = repositoryUrl(repository)
  const url = indexUrl(base.href)
  if (!url) throw unusable('The URL of a repository', 'it is not a URL')
  return { kind: 'index', repository: base, url }
}

function read(file: WantedFile, bytes: Buffer, names: readonly string[]): RepositoryIndex {
  try {
    return readIndex(bytes, names)
  } catch (error) {
    if (!(error instanceof IndexError)) throw error
    const message = `The index of ${repositoryText(file.repository)} ${error.message}`
    const fix = 'Check the URL in Chart.yaml, and the repository.'
    throw new Failure('registry', { message, fix }, error)
  }
}

/** @throws Failure chart */
function repositoryUrl(repository: string | URL): URL {
  const text = String(repository)
  if (!URL.canParse(text)) throw unusable('The URL of a repository', 'it is not a URL')
  const url = new URL(text)
  requireUsable(url, 'The URL of a repository')
  return url
}

/** Nothing of a login is shown, nor what may be one. @throws Failure chart */
function requireUsable(url: URL, what: string): void {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw unusable(what, `"${url.protocol}" is neither https nor http`)
  }
  if (url.username !== '' || url.password !== '') {
    throw unusable(what, `${placeOf(url)} has a login in it`)
  }
}

function unusable(what: string, why: string): Failure {
  const message = `${what} cannot be used: ${why}.`
  const fix = `Correct the URL; logins belong in ${input('registry-auth')}.`
  return new Failure('chart', { message, fix })
}
