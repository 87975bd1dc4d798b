import { hasLostTls, sessionUrl } from './location.ts'
import { type Repository, repositoryText } from './spec/reference.ts'
import { type HttpResponse, headerOf } from './transport/http.ts'
import type { Wire } from './wire.ts'

/** `answered` is an answer without a session: 201 where the registry says that it has the blob. */
export type OpenedUpload =
  | { readonly session: URL }
  | { readonly session: undefined; readonly answered: HttpResponse }

/** Opens an upload session (distribution-spec v1.1, end-4a). @throws Failure, when there is no answer */
export async function openSession(wire: Wire, repository: Repository): Promise<OpenedUpload> {
  const url = wire.url(repository, 'blobs/uploads/')
  const response = await wire.send(repository, { method: 'POST', url, headers: {} })
  if (response.status !== 202) return { session: undefined, answered: response }
  const location = headerOf(response, 'location')
  const session = sessionUrl(location, response.url)
  wire.sessions.set(session, repository)
  if (hasLostTls(location ?? '', response.url)) {
    wire.logger.debug(`${url.host} gives http addresses; https is kept to.`)
  }
  return { session }
}

/** Opens sessions for uploads that are likely to come. Those that are not used are cancelled at the end. Never fails. */
export function openSessionsAhead(wire: Wire, repository: Repository, count: number): void {
  const key = repositoryText(repository)
  const opening = Array.from({ length: count }, () => {
    return openSession(wire, repository).then(
      ({ session }) => session,
      () => undefined
    )
  })
  wire.ready.set(key, [...(wire.ready.get(key) ?? []), ...opening])
}

/** A session that was opened ahead, if there is one that nobody has taken. */
export async function takeSession(wire: Wire, repository: Repository): Promise<URL | undefined> {
  return wire.ready.get(repositoryText(repository))?.shift()
}
