import type { HttpRequest } from '../http/message.ts'
import { isLoopback } from '../http/private-address.ts'
import { Failure } from '../shared/failure.ts'
import type { Secret } from '../shared/secret.ts'

/** What a job of GitHub may ask for tokens with. */
export interface TokenRequestAccess {
  /** ACTIONS_ID_TOKEN_REQUEST_URL. */
  readonly url: Secret
  /** ACTIONS_ID_TOKEN_REQUEST_TOKEN, only for the origin of that URL. */
  readonly token: Secret
}

/** What Fulcio signs: a key, and the proof that we have the private one. */
export interface CertificateContent {
  readonly token: Secret
  /** PEM. */
  readonly publicKey: string
  /** A signature of the subject of the token, base64. */
  readonly proofOfPossession: string
}

/** Whose attestations are meant at GitHub, and who asks. */
export interface GitHubApiAccess {
  /** GITHUB_API_URL. */
  readonly apiUrl: string
  /** `owner/name`. */
  readonly repository: string
  readonly token: Secret
}

/** One request for the attestations of a repository. */
interface AttestationsRequest {
  /** The subject whose attestations are listed. */
  readonly digest?: string
  readonly query?: Readonly<Record<string, string>>
  /** What is stored; nothing is, unless given. */
  readonly body?: Buffer
}

/** Of 10 March 2026; GitHub keeps a version for two years after the next (docs.github.com, "API Versions"). */
const GITHUB_API_VERSION = '2026-03-10'

/**
 * Asks GitHub for an ID token (docs.github.com, "OpenID Connect reference").
 * @throws Failure signing, when the address is not https
 */
export function identityRequest(
  { url: address, token }: TokenRequestAccess,
  audience: string
): HttpRequest {
  const text = address.reveal()
  if (!URL.canParse(text)) throw unusable('ACTIONS_ID_TOKEN_REQUEST_URL is not a URL.')
  const url = new URL(text)
  requirePrivate(url, 'ACTIONS_ID_TOKEN_REQUEST_URL')
  url.searchParams.set('audience', audience)
  const headers = { accept: 'application/json', authorization: `Bearer ${token.reveal()}` }
  return { method: 'GET', url, headers }
}

/**
 * Asks a Fulcio for a certificate (sigstore/fulcio, fulcio.proto: CreateSigningCertificate).
 * @throws Failure signing, when the address is not https
 */
export function certificateRequest(authority: URL, content: CertificateContent): HttpRequest {
  requirePrivate(authority, 'The certificate authority')
  const { token, publicKey, proofOfPossession } = content
  const body = {
    credentials: { oidcIdentityToken: token.reveal() },
    publicKeyRequest: {
      publicKey: { algorithm: 'ECDSA', content: publicKey },
      proofOfPossession
    }
  }
  const url = new URL(`${authority.href.replace(/\/+$/, '')}/api/v2/signingCert`)
  const headers = { accept: 'application/json', 'content-type': 'application/json' }
  return { method: 'POST', url, headers, body: Buffer.from(JSON.stringify(body)) }
}

/**
 * Lists attestations of a repository, or stores one (docs.github.com, "REST API endpoints for repository attestations").
 * @throws Failure signing, when the address is not https
 */
export function attestationsRequest(
  { apiUrl, repository, token }: GitHubApiAccess,
  { digest, query = {}, body }: AttestationsRequest
): HttpRequest {
  if (!URL.canParse(apiUrl)) throw unusable('GITHUB_API_URL is not a URL.')
  const [owner, name, ...subject] = [
    ...repository.split('/'),
    ...(digest === undefined ? [] : [digest])
  ]
  const path = ['repos', owner, name, 'attestations', ...subject].map(inPath)
  const url = new URL(`${apiUrl.replace(/\/+$/, '')}/${path.join('/')}`)
  requirePrivate(url, 'GITHUB_API_URL')
  url.search = new URLSearchParams(query).toString()
  const headers = {
    accept: 'application/vnd.github+json',
    'x-github-api-version': GITHUB_API_VERSION,
    authorization: `Bearer ${token.reveal()}`
  }
  if (!body) return { method: 'GET', url, headers }
  return { method: 'POST', url, headers: { ...headers, 'content-type': 'application/json' }, body }
}

/** A colon stays, as GitHub writes digests. */
function inPath(part = ''): string {
  return encodeURIComponent(part).replaceAll('%3A', ':')
}

/** A token that anybody on the way can read is anybody's. */
function requirePrivate({ protocol, host }: URL, what: string): void {
  if (protocol === 'https:' || (protocol === 'http:' && isLoopback(host))) return
  throw unusable(`${what} (${host}) does not use https, so the token was not sent.`)
}

function unusable(message: string): Failure {
  return new Failure('signing', { message, fix: 'Use a service with https.' })
}
