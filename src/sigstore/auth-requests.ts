import type { HttpRequest } from '../http/message.ts'
import { isLoopback } from '../http/private-address.ts'
import { Failure } from '../shared/failure.ts'
import type { Secret } from '../shared/secret.ts'

/** What a job of GitHub may ask for tokens with. */
export interface TokenRequestAccess {
  /** ACTIONS_ID_TOKEN_REQUEST_URL. */
  readonly url: Secret
  /** ACTIONS_ID_TOKEN_REQUEST_TOKEN, for the origin of that URL alone. */
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

/** A token that anybody on the way can read is anybody's. */
function requirePrivate({ protocol, host }: URL, what: string): void {
  if (protocol === 'https:' || (protocol === 'http:' && isLoopback(host))) return
  throw unusable(`${what} (${host}) is not https, so it may not be sent a token.`)
}

function unusable(message: string): Failure {
  return new Failure('signing', { message, fix: 'Use a service that speaks https.' })
}
