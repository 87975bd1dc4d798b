import { digestOf } from '../oci/spec/blob.ts'
import { parseTarget } from '../oci/spec/reference.ts'
import { Failure } from '../shared/failure.ts'
import type { Logger } from '../shared/logger.ts'
import type { ClassicClient } from './classic/classic-client.ts'
import type { IndexEntry } from './index/index-entry.ts'
import type { OciCharts } from './oci-charts.ts'
import type { RemoteDependency, ResolvedDependency } from './remote-dependency.ts'
import { archiveName, archiveUrl, indexDigest } from './rules/archive-location.ts'
import { choiceProblem } from './rules/choice-problem.ts'
import { chooseVersion } from './rules/choose-version.ts'
import { repositoryText } from './rules/repository-kind.ts'

interface ClassicChartsOptions {
  readonly client: ClassicClient
  /** Gets ready what a repository is reached by, before it is asked. @throws Failure */
  readonly prepare: (repository: URL) => Promise<void>
  /** For entries that point at a registry. */
  readonly oci: OciCharts
  readonly logger: Logger
}

/** Charts of repositories with an index.yaml. */
export class ClassicCharts {
  readonly #options: ClassicChartsOptions

  constructor(options: ClassicChartsOptions) {
    this.#options = options
  }

  /** The version of a dependency, as Helm chooses it from the index. @throws Failure chart, when there is none; auth, registry */
  async resolve(dependency: RemoteDependency, repository: URL): Promise<ResolvedDependency> {
    const { name } = dependency
    await this.#options.prepare(repository)
    const index = await this.#options.client.readRepositoryIndex(repository, [name])
    const entries = index.get(name)
    // Helm passes over entries without URLs as well.
    const usable = entries?.usable.filter(({ urls }) => urls.length > 0) ?? []
    const choice = chooseVersion(usable, dependency)
    if (choice.kind === 'chosen') {
      const { version: entry, isResolvedAgain } = choice
      return { ...this.#resolved({ name, repository, entry }), isResolvedAgain }
    }
    const place = repositoryText(repository.href)
    if (!entries) {
      const message = `${place} has no chart "${name}".`
      const fix = `Check \`name\` and \`repository\` of the dependency ${name}.`
      throw new Failure('chart', { message, fix })
    }
    const versions = usable.map(({ version }) => version)
    throw new Failure(
      'chart',
      choiceProblem(choice, { wanted: dependency, repository: place, versions })
    )
  }

  #resolved(found: FoundEntry): Omit<ResolvedDependency, 'isResolvedAgain'> {
    const { name, repository, entry } = found
    const { version } = entry
    const urls = entry.urls.flatMap((text) => archiveUrl(repository.href, text) ?? [])
    const [first] = urls
    if (!first) throw noUrl(found)
    return {
      version,
      fileName: archiveName({ url: first, name, version }),
      key: `${first.href} ${entry.digest}`,
      fetch: () => this.#fetchFirst(found, urls)
    }
  }

  /** From the first of the URLs that gives it. @throws Failure, of the first URL */
  async #fetchFirst(found: FoundEntry, urls: readonly URL[]): Promise<Buffer> {
    let failure: unknown
    for (const url of urls) {
      try {
        return await this.#fetch(found, url)
      } catch (error) {
        if (!(error instanceof Failure)) throw error
        failure ??= error
      }
    }
    throw failure
  }

  async #fetch(found: FoundEntry, url: URL): Promise<Buffer> {
    if (url.protocol === 'oci:') return this.#fetchFromRegistry(found, url)
    const bytes = await this.#options.client.archive(found.repository, url)
    this.#requireDigest(found, [digestOf(bytes)])
    return bytes
  }

  /** The digest of an index may be that of the archive or that of the manifest. */
  async #fetchFromRegistry(found: FoundEntry, url: URL): Promise<Buffer> {
    const { oci } = this.#options
    const { host, path, tag } = referenceIn(url, found)
    const layer = await oci.layer({ host, name: path }, tag)
    if (!layer) throw notInRegistry(url, found)
    this.#requireDigest(found, [layer.digest, layer.manifest])
    return oci.fetch(layer)
  }

  #requireDigest(found: FoundEntry, digests: readonly string[]): void {
    const { name, repository, entry } = found
    const wanted = indexDigest(entry.digest)
    if (wanted.kind === 'none') return
    if (wanted.kind === 'unknown') {
      const text = `The index of ${repositoryText(repository.href)} has a digest of ${name} ${entry.version} in an unknown form, so the digest of its archive was not checked.`
      this.#options.logger.warning(text)
      return
    }
    if (digests.includes(`sha256:${wanted.hex}`)) return
    const message = `The archive of ${name} ${entry.version} does not match the index of ${repositoryText(repository.href)}: its digest is ${digests[0]}, the index has sha256:${wanted.hex}.`
    const fix = `Declare another version of ${name}, or ask the owners of the repository to correct the index. If you trust the archive, commit it to charts/, so that it is not fetched.`
    throw new Failure('chart', { message, fix })
  }
}

/** A version of a chart in the index of a repository. */
interface FoundEntry {
  readonly name: string
  readonly repository: URL
  readonly entry: IndexEntry
}

function noUrl({ name, repository, entry }: FoundEntry): Failure {
  const message = `The index of ${repositoryText(repository.href)} has no usable URL for ${name} ${entry.version}.`
  return new Failure('chart', { message, fix: 'Declare another version, or correct the index.' })
}

function notInRegistry(url: URL, { name, repository, entry }: FoundEntry): Failure {
  const message = `The index of ${repositoryText(repository.href)} names ${repositoryText(url.href)} for ${name} ${entry.version}, which does not exist.`
  return new Failure('chart', { message, fix: 'Declare another version, or correct the index.' })
}

/** `oci://host/path/name:tag`; without a tag, that of the version. @throws Failure chart */
function referenceIn(url: URL, found: FoundEntry) {
  const [, base = '', tag = found.entry.version] =
    /^(oci:\/\/.*?)(?::([\w.-]+))?$/.exec(url.href) ?? []
  const parsed = parseTarget(base)
  if ('problem' in parsed || parsed.loweredFrom !== undefined) throw noUrl(found)
  return { ...parsed.target, tag }
}
