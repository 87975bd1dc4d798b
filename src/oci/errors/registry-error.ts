import type { HttpResponse } from '../../http/message.ts'
import { isObject, parseJson } from '../../shared/json.ts'
import { shorten } from '../../shared/printable.ts'
import { tokensIn, withoutTokens } from './token-words.ts'

/** What a registry says in the body of a refusal (distribution-spec v1.1, "Error codes"). */
interface RegistryError {
  readonly code: string
  readonly message: string
  /** What a text in `detail` adds: Artifactory hides its reason there, olareg and zot theirs. */
  readonly detail: string
}

/** Hides the secrets of the run in a text. */
export type Redact = (text: string) => string

/** A typical message has 200 characters; what is longer is a page of HTML. */
const LONGEST_MESSAGE = 500

/**
 * The errors in `body`, whatever its Content-Type says: olareg and crane send JSON as text/plain,
 * zot sends a bare object. Empty when the body holds no such JSON.
 */
export function parseErrors(body: Buffer): readonly RegistryError[] {
  return errorsIn(parseJson(body))
}

/** The codes that `body` names; none when it holds no such JSON. */
export function codesIn(body: Buffer): readonly string[] {
  return parseErrors(body).map(({ code }) => code)
}

/** All words of a refusal, to decide by. They may repeat a secret, and are not for printing. */
export function unredactedWords(body: Buffer): string {
  const errors = parseErrors(body)
  if (errors.length === 0) return body.toString('utf8').replace(TAG, ' ')
  return errors.map(({ code, message, detail }) => `${code} ${message} ${detail}`).join(' ')
}

/**
 * What an answer says, for messages: its errors in the server's words, or the beginning of its text when it is no
 * JSON. Servers repeat what they were sent: it is redacted as it came, and again when it was decoded and folded. Of
 * the answers of token services, which may hold tokens whatever their status is, only refusals are shown, and of JSON
 * only what is an error in it.
 */
export function errorText(response: HttpResponse, redact: Redact): string {
  const { body, purpose } = response
  if (purpose === 'token') return tokenErrorText(response, redact)
  const errors = parseErrors(body)
  return errors.length === 0 ? plainText(body, redact) : listText(errors, redact)
}

/** The status of an answer, and what it says. */
export function statusText(response: HttpResponse, redact: Redact): string {
  return [String(response.status), errorText(response, redact)].filter(Boolean).join(' ')
}

function tokenErrorText({ status, body }: HttpResponse, redact: Redact): string {
  if (status < 400) return ''
  const parsed = parseJson(body)
  const words = body.toString('utf8')
  const tokens = tokensIn(parsed ?? words)
  const redactAll: Redact = (text) => withoutTokens(redact(text), tokens)
  if (parsed !== undefined) return listText(errorsIn(parsed), redactAll)
  return HALF_OF_JSON.test(words) ? '' : plainText(body, redactAll)
}

/** What was cut, or damaged: nobody can say where a token in it begins. */
const HALF_OF_JSON = /^\s*[[{"]/

function errorsIn(parsed: unknown): readonly RegistryError[] {
  if (!isObject(parsed)) return []
  const list = Array.isArray(parsed['errors']) ? parsed['errors'] : [parsed]
  return list.filter(isObject).flatMap(errorOf)
}

function errorOf(entry: Readonly<Record<string, unknown>>): readonly RegistryError[] {
  const code = text(entry['code']) || text(entry['error'])
  const message =
    text(entry['message']) || text(entry['error_description']) || text(entry['details'])
  const detail = detailOf(entry['detail'])
  return [code, message, detail].every((part) => part === '') ? [] : [{ code, message, detail }]
}

function detailOf(value: unknown): string {
  return isObject(value) ? text(value['description']) : text(value)
}

function listText(errors: readonly RegistryError[], redact: Redact): string {
  return errors
    .map(({ code, message, detail }) => {
      const texts = quoted(redact(message), redact(detail))
      return [redact(code), ...texts].join(' ').trim()
    })
    .join(', ')
}

/** A detail that is part of the message, or the other way round, is said once. */
function quoted(message: string, detail: string): readonly string[] {
  const texts = message.includes(detail) ? [message] : [message, detail]
  return texts.filter(Boolean).map((each) => `"${shorten(each, LONGEST_MESSAGE)}"`)
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** A tag of HTML; with `<` inside, a page of many of them would be read to its end for each. */
const TAG = /<[^<>]*>/g

function plainText(body: Buffer, redact: Redact): string {
  const clean = redact(body.toString('utf8'))
  const words = redact(clean.replace(TAG, ' ').replace(/\s+/g, ' ').trim())
  return words === '' ? '' : shorten(`"${words}"`, LONGEST_MESSAGE)
}
