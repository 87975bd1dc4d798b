import type { Dispatcher } from 'undici'
import { Failure } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import type { HttpRequest } from './message.ts'
import type { Transfer } from './transfer.ts'

type Body = Dispatcher.ResponseData['body']
type Answer = Pick<Dispatcher.ResponseData, 'statusCode' | 'headers' | 'body'>

interface BodyOptions {
  /** For a small body. */
  readonly timeoutMs: number
  /** Counts what comes of a download. */
  readonly transfer: Transfer
}

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
  { statusCode, headers, body }: Answer,
  request: HttpRequest,
  { timeoutMs, transfer }: BodyOptions
): Promise<Buffer> {
  const cap = capFor(statusCode, request)
  if (cap.isDownload) {
    transfer.begin('received', lengthIn(headers, cap))
    return collect(counted(body, transfer), cap, request)
  }
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

/** What the other side announces, as far as it is read. */
function lengthIn(
  { 'content-length': said }: Answer['headers'],
  { bytes }: Cap
): number | undefined {
  const length = typeof said === 'string' && /^\d+$/.test(said) ? Number(said) : undefined
  return length === undefined ? undefined : Math.min(length, bytes)
}

async function* counted(body: Body, transfer: Transfer): AsyncGenerator<Buffer> {
  for await (const chunk of body) {
    const bytes: Buffer = chunk
    transfer.add(bytes.length)
    yield bytes
  }
}

async function collect(
  body: AsyncIterable<Buffer>,
  { bytes: most, cuts }: Cap,
  request: HttpRequest
): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const bytes of body) {
    chunks.push(bytes.subarray(0, most - size))
    size += bytes.length
    if (size > most && !cuts) throw tooLong(request, most)
    if (size >= most && cuts) break
  }
  return Buffer.concat(chunks)
}

function tooLong({ url, purpose }: HttpRequest, most: number): Failure {
  const message = `${url.host} answered with more than ${most} bytes, much more than expected.`
  const fix =
    purpose === 'token'
      ? 'Check the token service of the registry.'
      : `Check that ${input('registry')} names an OCI registry.`
  return new Failure('registry', { message, fix })
}

/** With undici's code for the same: the body took too long. */
function tooSlow(): Error {
  return Object.assign(new Error('the body took too long'), { code: 'UND_ERR_BODY_TIMEOUT' })
}
