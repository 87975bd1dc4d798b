import { isObject, parseJson } from '../../shared/json.ts'
import { shorten } from '../../shared/printable.ts'

/** What a registry says in the body of a refusal (distribution-spec v1.1, "Error codes"). */
export interface RegistryError {
  readonly code: string
  readonly message: string
  /** What a text in `detail` adds: Artifactory hides its reason there, olareg and zot theirs. */
  readonly detail: string
}

/** A typical message has 200 characters; what is longer is a page of HTML. */
const LONGEST_MESSAGE = 500

/**
 * The errors in `body`, whatever its Content-Type says: olareg and crane send JSON as text/plain,
 * zot sends a bare object. Empty when the body holds no such JSON.
 */
export function parseErrors(body: Buffer): readonly RegistryError[] {
  const parsed = parseJson(body)
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

/** The codes that `body` names; none when it holds no such JSON. */
export function codesIn(body: Buffer): readonly string[] {
  return parseErrors(body).map(({ code }) => code)
}

/** The errors of `body` as one text in the registry's words; its beginning when it is no JSON. */
export function errorText(body: Buffer): string {
  const errors = parseErrors(body)
  if (errors.length === 0) return shorten(plainText(body), LONGEST_MESSAGE)
  return errors
    .map(({ code, message, detail }) => [code, ...quoted(message, detail)].join(' ').trim())
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

function plainText(body: Buffer): string {
  const words = body.toString('utf8').replace(TAG, ' ').replace(/\s+/g, ' ').trim()
  return words === '' ? '' : `"${words}"`
}
