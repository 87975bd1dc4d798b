import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { type HttpResponse, headerOf } from '../../http/message.ts'
import { codeOf, Failure, type FailureKind } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'
import { isWebPage, LARGEST_INDEX_BYTES } from '../index/index-file.ts'
import type { WantedFile } from './classic-access.ts'
import { nameOf } from './refusal.ts'

/**
 * Helm loads less than 100 MiB of files; compressed, with headers and padding, they cannot come near this. The bound of
 * archives that are published (artifact/archive-file.ts) is the same.
 */
const LARGEST_ARCHIVE_BYTES = 256 * 1024 * 1024

/** How each kind of file is asked for, and how large it may be on its way. */
export const TRANSFER = {
  index: { acceptEncoding: 'gzip', mostBytes: LARGEST_INDEX_BYTES },
  // A server that compresses it once more would change its digest.
  archive: { acceptEncoding: 'identity', mostBytes: LARGEST_ARCHIVE_BYTES }
} as const

const unpack = promisify(gunzip)
const RETRY = 'Check the repository, and the proxies in between.'

/**
 * What a file of a repository holds. An index is unpacked where its bytes are gzip, whatever the server calls them; an
 * archive stays as it was sent, also where a label says that its own compression is that of the transfer.
 * @throws Failure, when it is something else or too large
 */
export async function contentOf(file: WantedFile, response: HttpResponse): Promise<Buffer> {
  const { body } = response
  if (body.length > TRANSFER[file.kind].mostBytes) throw tooLarge(file)
  const isPacked = body[0] === 0x1f && body[1] === 0x8b
  if (!isPacked) refuseEncoded(file, response)
  if (file.kind === 'archive') {
    if (isPacked) return body
    refuseWebPage(file, body)
    throw notGzip(file)
  }
  const text = isPacked ? await unpacked(file, body) : body
  refuseWebPage(file, text)
  return text
}

async function unpacked(file: WantedFile, body: Buffer): Promise<Buffer> {
  try {
    return await unpack(body, { maxOutputLength: LARGEST_INDEX_BYTES })
  } catch (error) {
    if (codeOf(error) === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(file)
    const message = `${sentence(file)} cannot be unpacked: its gzip data is damaged or truncated.`
    throw new Failure('registry', { message, fix: RETRY }, error)
  }
}

/** Some servers leave the label where they, or a proxy, have unpacked the bytes. */
const HARMLESS_LABELS = ['', 'identity', 'gzip', 'x-gzip']

function refuseEncoded(file: WantedFile, response: HttpResponse): void {
  const encoding = headerOf(response, 'content-encoding')?.trim().toLowerCase() ?? ''
  if (HARMLESS_LABELS.includes(encoding)) return
  const message = `${response.url.host} sent ${nameOf(file)} with the Content-Encoding ${encoding}, which was not requested.`
  throw new Failure('registry', { message, fix: RETRY })
}

function refuseWebPage(file: WantedFile, bytes: Buffer): void {
  if (!isWebPage(bytes)) return
  const message = `${sentence(file)} is a web page, such as a login page.`
  const fix = `Check the URL in Chart.yaml. If it is private, add an entry for ${file.url.host} to ${input('registry-auth')}.`
  throw new Failure('auth', { message, fix })
}

function notGzip(file: WantedFile): Failure {
  const message = `${sentence(file)} is not a chart archive: it is not a gzip file.`
  const fix = 'Choose another version in Chart.yaml, or commit the archive to charts/.'
  return new Failure('chart', { message, fix })
}

const KIND_OF_TOO_LARGE: Readonly<Record<WantedFile['kind'], FailureKind>> = {
  index: 'registry',
  archive: 'chart'
}

function tooLarge(file: WantedFile): Failure {
  const { mostBytes } = TRANSFER[file.kind]
  const message = `${sentence(file)} has more than ${mostBytes} bytes, so it was not read.`
  return new Failure(KIND_OF_TOO_LARGE[file.kind], { message, fix: RETRY })
}

function sentence(file: WantedFile): string {
  return nameOf(file).replace(/^the/, 'The')
}
