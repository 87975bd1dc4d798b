import type { Dispatcher } from 'undici'
import { Failure } from '../../shared/failure.ts'
import type { HttpRequest } from './http.ts'

type Body = Dispatcher.ResponseData['body']

/** How much of an answer is read, and whether a longer one is cut or refused. */
interface Cap {
  readonly bytes: number
  readonly cuts: boolean
  readonly isDownload: boolean
}

/** The largest manifest that distribution takes, and more than the tags of any repository. */
const LARGEST_BODY_BYTES = 4 * 1024 * 1024
/** Tokens have a few KiB: they are sent in a header, of which servers take 8 to 64 KiB. oras-go reads as much. */
const LARGEST_TOKEN_BODY_BYTES = 128 * 1024
/** An error of a registry has a few hundred bytes; what is longer is a page of HTML. */
const LARGEST_ERROR_BODY_BYTES = 64 * 1024

/**
 * Reads the body of an answer, as much of it as the request wants; a whole small body within `timeoutMs`,
 * which stops those that drip for ever. The connection is given up where more is to come.
 * @throws Failure registry, when it is too long
 */
export async function readBody(
  { statusCode, body }: Pick<Dispatcher.ResponseData, 'statusCode' | 'body'>,
  request: HttpRequest,
  timeoutMs: number
): Promise<Buffer> {
  const cap = capFor(statusCode, request)
  if (cap.isDownload) return collect(body, cap, request)
  const timer = setTimeout(() => body.destroy(tooSlow()), timeoutMs)
  try {
    return await collect(body, cap, request)
  } finally {
    clearTimeout(timer)
  }
}

function capFor(status: number, { bodyLimit, purpose }: HttpRequest): Cap {
  if (status >= 300) return { bytes: LARGEST_ERROR_BODY_BYTES, cuts: true, isDownload: false }
  if (bodyLimit !== undefined && status === 200) {
    return { bytes: bodyLimit, cuts: true, isDownload: true }
  }
  const bytes = purpose === 'token' ? LARGEST_TOKEN_BODY_BYTES : LARGEST_BODY_BYTES
  return { bytes, cuts: false, isDownload: false }
}

async function collect(
  body: Body,
  { bytes: most, cuts }: Cap,
  request: HttpRequest
): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    const bytes: Buffer = chunk
    chunks.push(bytes.subarray(0, most - size))
    size += bytes.length
    if (size > most && !cuts) throw tooLong(request, most)
    if (size >= most && cuts) break
  }
  return Buffer.concat(chunks)
}

function tooLong({ url, purpose }: HttpRequest, most: number): Failure {
  const message = `${url.host} answered with more than ${most} bytes where a few were due.`
  const fix =
    purpose === 'token'
      ? 'Look at the token service of the registry.'
      : 'Check that `registry` names an OCI registry.'
  return new Failure('registry', { message, fix })
}

/** With undici's code for the same: the body took too long. */
function tooSlow(): Error {
  return Object.assign(new Error('the body took too long'), { code: 'UND_ERR_BODY_TIMEOUT' })
}
