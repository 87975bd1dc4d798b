import { Failure } from '../../shared/failure.ts'
import { type HttpResponse, headerOf } from '../transport/http.ts'

/**
 * The Content-Encoding of an answer; undefined without one. None is asked for (`accept-encoding: identity`): digests
 * are those of the bytes as they are stored.
 */
export function unaskedEncoding(response: HttpResponse): string | undefined {
  const encoding = headerOf(response, 'content-encoding')?.trim().toLowerCase() ?? ''
  return encoding === '' || encoding === 'identity' ? undefined : encoding
}

/**
 * Refuses an answer whose bytes cannot be used, since they are compressed.
 * @param what it was to be, as in `the manifest of …`
 * @throws Failure registry
 */
export function refuseEncoded(response: HttpResponse, what: string): void {
  const encoding = unaskedEncoding(response)
  if (encoding === undefined) return
  const message = `${response.url.host} sent ${what} compressed (Content-Encoding: ${encoding}), which was not asked for, so it was not read.`
  throw new Failure('registry', {
    message,
    fix: 'Have the registry, or the proxy in front of it, send answers below /v2/ uncompressed (nginx: `gzip off`).'
  })
}
