import { Failure } from '../shared/failure.ts'
import { isObject, parseJson } from '../shared/json.ts'
import type { Secret } from '../shared/secret.ts'

export type Claims = Readonly<Record<string, unknown>>

/** An ID token of OpenID Connect. Nothing of it is verified here: that is what the certificate authority does. */
export interface IdentityToken {
  readonly token: Secret
  /** Where it comes from, for messages. */
  readonly source: string
  readonly claims: Claims
  readonly issuer: string
  /** What the proof of possession signs: the address of a person, else the subject. */
  readonly subject: string
  readonly audiences: readonly string[]
  readonly expires: Date
}

/** Tokens of GitHub and GitLab have 1 to 2 KiB; a header of 8 KiB is what most servers take. */
export const LARGEST_TOKEN_BYTES = 16 * 1024
/** RFC 7519, 3 and 7.1, as a signed token: header, claims, signature. */
const TOKEN = /^[\w-]+\.([\w-]+)\.[\w-]+$/
/** The latest time of a Date, in seconds. */
const LATEST_S = 8_640_000_000_000

/**
 * Reads the claims of a token.
 * @throws Failure signing, when it is not a token, without a word of it
 */
export function readToken(token: Secret, source: string): IdentityToken {
  const text = token.reveal()
  const [, part = ''] = (text.length <= LARGEST_TOKEN_BYTES && TOKEN.exec(text)) || []
  const claims = parseJson(Buffer.from(part, 'base64url'))
  if (!isObject(claims)) throw noToken(source, 'it is not a JSON web token')
  const { iss, exp, aud } = claims
  const [subject, audiences] = [subjectOf(claims), [aud].flat().filter(isText)]
  if (!isText(iss)) throw noToken(source, 'it has no issuer (iss)')
  if (subject === undefined) throw noToken(source, 'it has no subject (sub)')
  if (audiences.length === 0) throw noToken(source, 'it has no audience (aud)')
  if (!isTime(exp)) throw noToken(source, 'it has no expiry time (exp)')
  return { token, source, claims, issuer: iss, subject, audiences, expires: new Date(exp * 1000) }
}

function subjectOf({ sub, email }: Claims): string | undefined {
  return [email, sub].filter(isText).find((text) => text !== '')
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= LATEST_S
}

/** What decides whether a certificate authority takes a token. */
export function tokenFacts({ issuer, audiences, expires, source }: IdentityToken): string {
  return `The token of ${source} is by ${issuer}, for the audience ${audiences.join(', ')}, and expires at ${expires.toISOString()}.`
}

function noToken(source: string, why: string): Failure {
  const fix =
    'Check where it is set: it must be an OpenID Connect ID token for the audience sigstore.'
  return new Failure('signing', { message: `${source} gave no ID token: ${why}.`, fix })
}
