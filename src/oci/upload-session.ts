import { type HttpResponse, headerOf } from '../http/message.ts'
import { hasLostTls, sessionUrl } from './location.ts'
import type { RequestContext } from './request-context.ts'
import { type Repository, repositoryText } from './spec/reference.ts'

/** `answered` is an answer without a session: 201 where the registry says that it has the blob. */
export type OpenedUpload =
  | { readonly session: URL }
  | { readonly session: undefined; readonly answered: HttpResponse }

/** Opens an upload session (distribution-spec v1.1, end-4a). @throws Failure, when there is no answer */
export async function openSession(
  context: RequestContext,
  repository: Repository
): Promise<OpenedUpload> {
  const url = context.url(repository, 'blobs/uploads/')
  const response = await context.send(repository, { method: 'POST', url, headers: {} })
  if (response.status !== 202) return { session: undefined, answered: response }
  const location = headerOf(response, 'location')
  const session = sessionUrl(location, response.url)
  context.sessions.set(session, repository)
  if (hasLostTls(location ?? '', response.url)) {
    context.logger.debug(`${url.host} gives http addresses; https is kept to.`)
  }
  return { session }
}

/** Opens sessions for uploads that are likely to come. Those that are not used are cancelled at the end. Never fails. */
export function openSessionsAhead(
  context: RequestContext,
  repository: Repository,
  count: number
): void {
  const key = repositoryText(repository)
  const opening = Array.from({ length: count }, () => {
    return openSession(context, repository).then(
      ({ session }) => session,
      () => undefined
    )
  })
  context.ready.set(key, [...(context.ready.get(key) ?? []), ...opening])
}

/** A session that was opened ahead, if there is one that nobody has taken. */
export async function takeSession(
  context: RequestContext,
  repository: Repository
): Promise<URL | undefined> {
  return context.ready.get(repositoryText(repository))?.shift()
}
