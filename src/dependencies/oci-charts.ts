import { LARGEST_ARCHIVE_BYTES } from '../artifact/archive-file.ts'
import { storedContent } from '../artifact/stored-content.ts'
import { tagOf } from '../chart/metadata/chart-version.ts'
import type { RegistryClient } from '../oci/client.ts'
import type { FetchedManifest } from '../oci/fetched-manifest.ts'
import type { RegistryPool } from '../oci/registry-pool.ts'
import { type Digest, isDigest } from '../oci/spec/blob.ts'
import {
  isRepositoryName,
  isTag,
  manifestText,
  type Repository,
  repositoryText,
  type Target
} from '../oci/spec/reference.ts'
import { Failure } from '../shared/failure.ts'
import { asDependency } from './dependency-fix.ts'
import { missingOciChart, wrongOciName } from './oci-problems.ts'
import type { RemoteDependency, ResolvedDependency } from './remote-dependency.ts'
import { choiceProblem } from './rules/choice-problem.ts'
import { chooseVersion, exactVersion, versionsOfTags } from './rules/choose-version.ts'

/** An archive in a registry, as its manifest names it. */
export interface ChartLayer {
  readonly repository: Repository
  readonly digest: Digest
  readonly size: number
  /** Of the manifest. */
  readonly manifest: Digest
}

/** Charts that registries hold; each list of tags and each manifest is read once. */
export class OciCharts {
  readonly #pool: RegistryPool
  readonly #ownHosts: readonly string[]
  readonly #tags = new Map<string, Promise<readonly string[]>>()
  readonly #layers = new Map<string, Promise<ChartLayer | undefined>>()

  /** @param ownHosts those that the login of the inputs is for */
  constructor(pool: RegistryPool, ownHosts: readonly string[]) {
    this.#pool = pool
    this.#ownHosts = ownHosts
  }

  /**
   * The version of a dependency, as Helm finds it: what parses as a version is the tag; for a range the tags are listed,
   * of which those count that are strict SemVer.
   * @throws Failure chart, when there is none; auth, registry
   */
  async resolve(dependency: RemoteDependency, target: Target): Promise<ResolvedDependency> {
    const repository = repositoryOf(dependency, target)
    const exact = exactVersion(dependency)
    const { version, isResolvedAgain } =
      exact === undefined
        ? await this.#choose(dependency, repository)
        : { version: exact, isResolvedAgain: false }
    const layer = await this.layer(repository, version)
    if (!layer) {
      const tags = await this.#listTags(repository).catch(() => [])
      const versions = versionsOfTags(tags).map((one) => one.version)
      throw missingOciChart(dependency, { repository, version, versions })
    }
    return {
      version,
      isResolvedAgain,
      fileName: `${dependency.name}-${version}.tgz`,
      key: `${repositoryText(repository)}@${layer.digest}`,
      fetch: () => this.fetch(layer)
    }
  }

  /** Where the archive of a version lies; undefined where the registry says that there is none. @throws Failure */
  layer(repository: Repository, version: string): Promise<ChartLayer | undefined> {
    const key = manifestText(repository, version)
    const layer = this.#layers.get(key) ?? this.#readLayer(repository, tagOf(version))
    this.#layers.set(key, layer)
    return layer
  }

  /** The bytes of an archive. @throws Failure registry, when the registry does not give what the manifest names */
  async fetch({ repository, digest, size }: ChartLayer): Promise<Buffer> {
    const answer = await this.#ask(repository, (client) => {
      return client.getBlob(repository, { digest, size })
    })
    if (answer.kind === 'found') return answer.bytes
    const what = answer.kind === 'absent' ? 'does not have' : 'returns other content for'
    const message = `${repository.host} ${what} the archive ${digest}, which a manifest of ${repositoryText(repository)} names.`
    throw new Failure('registry', {
      message,
      fix: 'Publish that chart again, or check the registry.'
    })
  }

  async #readLayer(repository: Repository, tag: string): Promise<ChartLayer | undefined> {
    if (!isTag(tag)) return undefined
    const answer = await this.#ask(repository, (client) => {
      return client.getManifest({ repository, tag })
    })
    if (answer.kind === 'absent') return undefined
    if (answer.kind === 'refused') throw this.#explained(answer.failure, repository)
    return layerOf(answer, repository, manifestText(repository, tag))
  }

  async #choose(dependency: RemoteDependency, repository: Repository) {
    const versions = versionsOfTags(await this.#listTags(repository))
    const choice = chooseVersion(versions, dependency)
    if (choice.kind === 'chosen') {
      return { version: choice.version.version, isResolvedAgain: choice.isResolvedAgain }
    }
    if (versions.length === 0) {
      throw missingOciChart(dependency, { repository, version: undefined, versions: [] })
    }
    const problem = choiceProblem(choice, {
      wanted: dependency,
      repository: `oci://${repositoryText(repository)}`,
      versions: versions.map(({ version }) => version)
    })
    throw new Failure('chart', problem)
  }

  async #ask<T>(repository: Repository, request: (client: RegistryClient) => Promise<T>) {
    return this.#pool.with(repository, request).catch((error: unknown) => {
      throw this.#explained(error, repository)
    })
  }

  #explained(error: unknown, { host }: Repository): unknown {
    return asDependency(error, { host, isOwn: this.#ownHosts.includes(host) })
  }

  #listTags(repository: Repository): Promise<readonly string[]> {
    const key = repositoryText(repository)
    const tags =
      this.#tags.get(key) ?? this.#ask(repository, (client) => client.listTags(repository))
    this.#tags.set(key, tags)
    return tags
  }
}

function repositoryOf({ name }: RemoteDependency, { host, path }: Target): Repository {
  const repository = { host, name: [path, name].filter(Boolean).join('/') }
  if (isRepositoryName(repository.name)) return repository
  throw wrongOciName(repository)
}

/** The layer with the chart. @throws Failure chart, when it is something else; registry, when it cannot be used */
function layerOf(
  { bytes, digest, headers }: FetchedManifest,
  repository: Repository,
  what: string
): ChartLayer {
  const content = storedContent(bytes, headers.contentType)
  if (content.kind !== 'chart') throw new Failure('chart', noChart(what, content))
  const { chart } = content
  if (isDigest(chart.digest) && chart.size <= LARGEST_ARCHIVE_BYTES) {
    return { repository, digest: chart.digest, size: chart.size, manifest: digest }
  }
  const message = `The chart of ${what} has ${chart.size} bytes, and the digest "${chart.digest}".`
  const fix = `Publish a chart of at most ${LARGEST_ARCHIVE_BYTES} bytes, with a SHA-256 digest.`
  throw new Failure('chart', { message, fix })
}

function noChart(
  what: string,
  content: Exclude<ReturnType<typeof storedContent>, { kind: 'chart' }>
) {
  const fix = 'Name the repository of a chart, or publish that version with `helm push`.'
  switch (content.kind) {
    case 'broken-chart':
      return { message: `Helm cannot use ${what}:`, why: content.faults.join(' '), fix }
    case 'other':
      return { message: `${what} is not a chart, but ${content.what}.`, fix }
    case 'unreadable':
      return { message: `${what} is not recognized as a chart: it ${content.why}.`, fix }
    case 'no-manifest':
      return { message: `${what} is not a manifest, but a page of another server.`, fix }
  }
}
