import { constants, gunzipSync } from 'node:zlib'
import type { HttpResponse } from '../../http/message.ts'
import { isObject, parseJson } from '../../shared/json.ts'
import { shorten } from '../../shared/printable.ts'
import { isWebPage } from '../index/index-file.ts'

/** Hides the secrets of the run in a text. */
export type Redact = (text: string) => string

/** A sentence or two; what is longer is hardly meant for people. */
const LONGEST_WORDS = 200
/** As much is read of an error as of one that is not compressed (http/body.ts). */
const LARGEST_ERROR_BYTES = 64 * 1024

/** The status of an answer, and what it says: `404 "no such chart"`. Of a web page only that it is one. */
export function statusText(response: HttpResponse, redact: Redact): string {
  return [String(response.status), wordsOf(response.body, redact)].filter(Boolean).join(' ')
}

/** Servers repeat what they were sent: it is redacted as it came, and again when it was decoded and folded. */
function wordsOf(body: Buffer, redact: Redact): string {
  const bytes = inflated(body)
  if (isWebPage(bytes)) return '(a web page)'
  const said = messageIn(bytes) ?? redact(bytes.toString('utf8'))
  const words = redact(
    said
      .replace(/<[^<>]*>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim()
  )
  return words === '' ? '' : `"${shorten(words, LONGEST_WORDS)}"`
}

/** As ChartMuseum, Artifactory, Nexus and GitLab write it; undefined where it is no such JSON. */
function messageIn(bytes: Buffer): string | undefined {
  const parsed = parseJson(bytes)
  if (!isObject(parsed)) return undefined
  const { errors } = parsed
  const entries = Array.isArray(errors) ? errors : [parsed]
  const texts = entries.filter(isObject).flatMap(({ message, error, error_description: more }) => {
    return [error, message, more].filter((text) => typeof text === 'string').slice(0, 2)
  })
  return texts.length === 0 ? undefined : texts.join(': ')
}

/** An error may be compressed where an index was asked for so; it may also be cut. */
function inflated(body: Buffer): Buffer {
  if (body[0] !== 0x1f || body[1] !== 0x8b) return body
  try {
    const finishFlush = constants.Z_SYNC_FLUSH
    return gunzipSync(body, { finishFlush, maxOutputLength: LARGEST_ERROR_BYTES })
  } catch {
    return Buffer.alloc(0)
  }
}
