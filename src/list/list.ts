import { accessWarnings, logGivenLogin } from '../oci/access.ts'
import { NotAttempted } from '../oci/errors/not-attempted.ts'
import { RegistryPool } from '../oci/registry-pool.ts'
import { manifestText, repositoryText } from '../oci/spec/reference.ts'
import type { CommandContext } from '../shared/command-context.ts'
import { mapConcurrent } from '../shared/concurrency.ts'
import { EXIT_CODES, exitCodeOf, Failure } from '../shared/failure.ts'
import { plural } from '../shared/format.ts'
import { GRACE_MS, untilInterrupted } from '../shared/interruption.ts'
import type { Logger } from '../shared/logger.ts'
import { type Every, type LongWork, withProgress } from '../shared/progress.ts'
import type { ListedTag, Listing, ListRequest } from './listing.ts'
import { TagReader, unread, type WantedTag } from './read-tag.ts'
import { type SortedTags, sortTags } from './tags-of-versions.ts'

interface ListContext extends CommandContext {
  /** By what progress is told; see `withProgress`. */
  readonly every?: Every | undefined
}

/** What became of a listing. */
export interface ListOutcome {
  readonly listing: Listing
  /** What was thrown for tags that could not be read, in their order. */
  readonly errors: readonly unknown[]
  /** That of the first tag that could not be read, else 4 when a version is not usable, else 0. */
  readonly exitCode: number
}

/**
 * Lists the versions of a chart, also when one of them cannot be read.
 * @throws Failure, when the tags cannot be listed, also where there is no such repository; when interrupted
 */
export async function listVersions(
  request: ListRequest,
  context: ListContext
): Promise<ListOutcome> {
  const run = new ListRun(request, context)
  try {
    return await untilInterrupted(run.all(), context.signal, GRACE_MS)
  } finally {
    await run.close()
  }
}

interface Read {
  readonly tag: ListedTag
  readonly error: unknown
}

class ListRun {
  readonly #request: ListRequest
  readonly #context: ListContext
  readonly #clients: RegistryPool
  #timeOut: Failure | undefined

  constructor(request: ListRequest, context: ListContext) {
    this.#request = request
    this.#context = context
    this.#clients = new RegistryPool(request, context, 'pull')
  }

  async all(): Promise<ListOutcome> {
    this.#logAccess()
    const { repository, limit } = this.#request
    const tags = await this.#clients.with(repository, (client) => {
      return client.listExistingTags(repository)
    })
    const sorted = sortTags(tags)
    const versions = sorted.versions.slice(0, limit)
    const others = sorted.others.slice(0, limit).map((tag) => ({ tag, version: null }))
    const read = await this.#readAll([...versions, ...others], sorted)
    const listed = read.map(({ tag }) => tag)
    const listing = {
      versions: listed.slice(0, versions.length),
      otherTags: listed.slice(versions.length),
      total: { versions: sorted.versions.length, otherTags: sorted.others.length }
    }
    const errors = read.flatMap(({ error }) => (error === undefined ? [] : [error]))
    return { listing, errors, exitCode: exitCodeFor(listing, errors) }
  }

  async close(): Promise<void> {
    await this.#clients.close()
  }

  #logAccess(): void {
    const { notices, credential, repository } = this.#request
    const { logger } = this.#context
    for (const notice of notices) logger.notice(notice)
    for (const warning of accessWarnings(this.#request)) logger.warning(warning)
    logGivenLogin(credential, [repository.host], logger)
  }

  async #readAll(wanted: readonly WantedTag[], sorted: SortedTags): Promise<readonly Read[]> {
    const { repository, concurrency } = this.#request
    const { logger, every } = this.#context
    const reader = new TagReader(repository, sorted)
    let done = 0
    const work: LongWork = {
      about: `list ${repositoryText(repository)}`,
      report: () => `${done} of ${plural(wanted.length, 'tag')} read`
    }
    return withProgress(work, { logger, every }, () => {
      return mapConcurrent(wanted, { concurrency, logger }, async (one, log) => {
        const read = await this.#readOne(reader, one, log)
        done += 1
        return read
      })
    })
  }

  /** Each tag has the time of one publication; when that was not enough for one, the others are not attempted. */
  async #readOne(reader: TagReader, wanted: WantedTag, log: Logger): Promise<Read> {
    const { repository } = this.#request
    const deadline = this.#clients.deadlineFor(repository, manifestText(repository, wanted.tag))
    try {
      if (this.#timeOut) throw new NotAttempted(repository.host, this.#timeOut)
      const read = await this.#clients.with(
        repository,
        (client) => reader.read(client, wanted),
        deadline
      )
      return { tag: read, error: undefined }
    } catch (error) {
      this.#context.signal.throwIfAborted()
      if (!(error instanceof Failure)) throw error
      if (deadline.signal.aborted) this.#timeOut ??= error
      log.debug(`${wanted.tag} could not be read: ${error.message}`)
      // What is not attempted has no error of its own: that of the first one says why.
      const isFirst = !(error instanceof NotAttempted)
      return { tag: unread(wanted, error), error: isFirst ? error : undefined }
    }
  }
}

function exitCodeFor({ versions }: Listing, [first]: readonly unknown[]): number {
  if (first !== undefined) return exitCodeOf(first)
  return versions.some(({ usable }) => usable === false) ? EXIT_CODES.chart : 0
}
