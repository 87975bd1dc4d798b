import { setTimeout as sleep } from 'node:timers/promises'
import { type HttpResponse, headerOf } from '../http/message.ts'
import { Transport, type TransportOptions } from '../http/transport.ts'
import type { Logger } from '../shared/logger.ts'
import { codesIn } from './errors/registry-error.ts'
import { hasLostTls, sessionUrl } from './location.ts'
import type { RequestContext } from './request-context.ts'
import { type Repository, repositoryText } from './spec/reference.ts'

/** `answered` is an answer without a session: 201 where the registry says that it has the blob. */
type OpenedUpload =
  | { readonly session: URL }
  | { readonly session: undefined; readonly answered: HttpResponse }

/** Opens an upload session (distribution-spec v1.1, end-4a). @throws Failure, when there is no answer */
export async function openSession(
  context: RequestContext,
  repository: Repository
): Promise<OpenedUpload> {
  const url = context.url(repository, 'blobs/uploads/')
  const response = await context.send(repository, { method: 'POST', url, headers: {} })
  return openedBy(context, repository, response)
}

function openedBy(
  context: RequestContext,
  repository: Repository,
  response: HttpResponse
): OpenedUpload {
  if (response.status !== 202) return { session: undefined, answered: response }
  const location = headerOf(response, 'location')
  const session = sessionUrl(location, response.url)
  context.sessions.set(session, repository)
  if (hasLostTls(location ?? '', response.url)) {
    context.logger.debug(
      `${response.url.host} returned http URLs for the upload; https is used instead.`
    )
  }
  return { session }
}

/**
 * Opens sessions for uploads that are likely to come, as soon as the login is known. Each is tried once: an upload without
 * one opens its own. Those that are not used are cancelled at the end. Never fails.
 */
export function preopenSessions(
  context: RequestContext,
  repository: Repository,
  count: number
): void {
  const key = repositoryText(repository)
  const url = context.url(repository, 'blobs/uploads/')
  const open = async () => {
    await context.untilAuthorized(repository)
    const response = await context.sendOnce(repository, { method: 'POST', url, headers: {} })
    return openedBy(context, repository, response).session
  }
  const opening = Array.from({ length: count }, () => open().catch(() => undefined))
  context.preopened.set(key, [...(context.preopened.get(key) ?? []), ...opening])
}

/** A session that was opened ahead, if there is one that nobody has taken. */
export async function takeSession(
  context: RequestContext,
  repository: Repository
): Promise<URL | undefined> {
  return context.preopened.get(repositoryText(repository))?.shift()
}

/** An abort leaves three seconds to clean up (shared/interruption.ts); uploads get two of them. */
const CANCEL_TIMEOUT_MS = 2000
/** What was sent before the end still arrives for a while. */
const PAUSE_MS = 50
const MOST_SETTLING_MS = 1000
/** How registries answer to an address of a session that has received more since: distribution 3 and 2.8, olareg. */
const OUTDATED_STATUSES = [416, 404, 400]

/** An upload session that was opened and not ended. */
interface OpenUpload {
  readonly url: URL
  /** Whether nothing was sent to it, so that its address is still the newest. */
  readonly isUnused: boolean
  /** The login for a request to the session. */
  readonly headersFor: (url: URL) => Readonly<Record<string, string>>
}

/**
 * Cancels uploads that were begun (distribution-spec v1.1, end-14), best effort, also when the run was aborted. What
 * stays is logged: the registry removes it in time (distribution: after a week, `maintenance.uploadpurging`).
 */
export async function cancelUploads(
  uploads: readonly OpenUpload[],
  options: TransportOptions & { readonly logger: Logger }
): Promise<void> {
  if (uploads.length === 0) return
  const signal = AbortSignal.timeout(CANCEL_TIMEOUT_MS)
  const transport = new Transport({ ...options, signal })
  const cancelled = uploads.map(async (upload) => {
    const refused = await cancel(upload, transport, signal).catch(() => 'no answer in time')
    if (refused === undefined) return
    const place = `${upload.url.host}${upload.url.pathname}`
    options.logger.debug(
      `The upload ${place} could not be cancelled (${refused}): the uploaded data stays until the registry removes it.`
    )
  })
  await Promise.all(cancelled)
  await transport.close()
}

/**
 * Returns what the registry answered when the upload stays. A 401 is final: distribution wants the right to delete,
 * which is not asked for, since Quay's token service refuses that.
 */
async function cancel(
  upload: OpenUpload,
  transport: Transport,
  signal: AbortSignal
): Promise<string | undefined> {
  const hurryAt = performance.now() + MOST_SETTLING_MS
  const settled = () => settledAddress(upload, transport, { hurryAt, signal })
  let newest = upload.isUnused ? upload.url : await settled()
  while (newest !== 'gone') {
    const status = await deleteAt(newest ?? upload.url, upload, transport)
    if (status === 'gone') return undefined
    if (newest === undefined || !OUTDATED_STATUSES.includes(status)) return String(status)
    newest = await settled()
  }
  return undefined
}

/** The status of the answer, where the session is not gone by it. */
async function deleteAt(
  url: URL,
  { headersFor }: OpenUpload,
  transport: Transport
): Promise<number | 'gone'> {
  const deleted = await transport.send({ method: 'DELETE', url, headers: headersFor(url) })
  return deleted.status < 300 || isGone(deleted) ? 'gone' : deleted.status
}

/**
 * The newest address of a session (distribution-spec v1.1, end-13), when it grows no more: distribution refuses one
 * from before the bytes that it has. Undefined where the registry does not show it.
 */
async function settledAddress(
  { url, headersFor }: OpenUpload,
  transport: Transport,
  { hurryAt, signal }: { readonly hurryAt: number; readonly signal: AbortSignal }
): Promise<URL | 'gone' | undefined> {
  for (let size: string | undefined; ; ) {
    const status = await transport.send({ method: 'GET', url, headers: headersFor(url) })
    if (isGone(status)) return 'gone'
    const address = addressIn(status)
    const range = headerOf(status, 'range')
    const isSettled = range === size || performance.now() >= hurryAt
    if (address === undefined || isSettled) return address
    size = range
    await sleep(PAUSE_MS, undefined, { signal })
  }
}

function isGone({ status, body }: HttpResponse): boolean {
  return status === 404 && codesIn(body).includes('BLOB_UPLOAD_UNKNOWN')
}

/** Undefined where the registry does not show it, or shows one that is not its own. */
function addressIn(response: HttpResponse): URL | undefined {
  if (response.status !== 204) return undefined
  try {
    return sessionUrl(headerOf(response, 'location'), response.url)
  } catch {
    return undefined
  }
}
