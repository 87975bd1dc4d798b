import { referenceProblems } from '../artifact/reference-problems.ts'
import { type ChartProblem, chartError, verdictOf } from '../chart/model/problem.ts'
import type { FetchedManifest, ManifestAnswer } from '../oci/fetched-manifest.ts'
import type { Digest } from '../oci/spec/blob.ts'
import type { Repository } from '../oci/spec/reference.ts'
import type { Failure } from '../shared/failure.ts'
import type { ListedProblem, ListedTag } from './listing.ts'
import { type ContentClient, readContent, type StoredChart } from './read-content.ts'
import { type FoundStatements, readStatements, type StatementClient } from './read-statements.ts'
import { attachedTo, type SortedTags } from './tags-of-versions.ts'

export type ListClient = ContentClient & StatementClient

/** A tag to look at, with the version that it says; null where it is none. */
export interface WantedTag {
  readonly tag: string
  readonly version: string | null
}

type Found = StoredChart & FoundStatements

/** Looks at the tags of one repository. What several of them point at is read once. */
export class TagReader {
  readonly #repository: Repository
  readonly #attached: SortedTags['attached']
  readonly #found = new Map<Digest, Promise<Found>>()

  constructor(repository: Repository, { attached }: Pick<SortedTags, 'attached'>) {
    this.#repository = repository
    this.#attached = attached
  }

  /** Reads what a tag points at, and what is attached to that. @throws Failure */
  async read(client: ListClient, wanted: WantedTag): Promise<ListedTag> {
    const answer = await client.getManifestAt(this.#repository, wanted.tag)
    if (answer.kind !== 'found') return unusable(wanted, gone(answer))
    const found = await this.#find(client, wanted, answer)
    const { config, created, size, statements } = found
    const problems = [...found.problems, ...this.#nameProblems(wanted, found)]
    const verdict = verdictOf(problems) === 'refused' ? false : null
    return {
      tag: wanted.tag,
      version: wanted.version ?? config.version,
      digest: answer.digest,
      created,
      size,
      appVersion: config.appVersion,
      usable: verdict ?? (found.isKnown ? true : null),
      problems: problems.map(listed),
      signatures: statements
    }
  }

  #find(client: ListClient, wanted: WantedTag, manifest: FetchedManifest): Promise<Found> {
    const reading = this.#found.get(manifest.digest) ?? this.#readManifest(client, wanted, manifest)
    this.#found.set(manifest.digest, reading)
    return reading
  }

  async #readManifest(
    client: ListClient,
    { tag }: WantedTag,
    manifest: FetchedManifest
  ): Promise<Found> {
    const repository = this.#repository
    const { digest, bytes } = manifest
    const cosignTags = attachedTo({ attached: this.#attached }, digest)
    const [content, found] = await Promise.all([
      readContent(client, { repository, tag }, manifest),
      readStatements(client, { repository, digest, manifest: bytes, cosignTags })
    ])
    const problems = [...content.problems, ...found.problems]
    return { ...content, statements: found.statements, problems }
  }

  /** What the tag of a version says otherwise than the chart; other tags are expected to. */
  #nameProblems({ tag, version }: WantedTag, { config }: Found): readonly ChartProblem[] {
    if (version === null || config.name === null || config.version === null) return []
    const names = { name: config.name, version: config.version }
    return referenceProblems({ repository: this.#repository, tag, digest: undefined }, names)
  }
}

function gone({ failure }: Exclude<ManifestAnswer, FetchedManifest>): ChartProblem {
  return chartError('manifest-missing', failure.message, failure.fix)
}

/** A tag that could not be read: nobody knows whether what it points at is usable. */
export function unread(wanted: WantedTag, { message, fix }: Failure): ListedTag {
  return { ...unusable(wanted, chartError('manifest-unread', message, fix)), usable: null }
}

function unusable({ tag, version }: WantedTag, problem: ChartProblem): ListedTag {
  const nothing = { digest: null, created: null, size: null, appVersion: null, signatures: null }
  return { tag, version, ...nothing, usable: false, problems: [listed(problem)] }
}

function listed({ code, allows, message, fix }: ChartProblem): ListedProblem {
  return { code, severity: allows === 'refused' ? 'error' : 'warning', message, fix }
}
