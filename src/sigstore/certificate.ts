import { createHash, generateKeyPairSync, type KeyObject, sign, X509Certificate } from 'node:crypto'
import type { HttpResponse } from '../http/message.ts'
import { Failure } from '../shared/failure.ts'
import { isObject, parseJson } from '../shared/json.ts'
import { certificateRequest } from './auth-requests.ts'
import { type IdentityToken, tokenFacts } from './identity-token.ts'
import type { ServiceClient } from './service-client.ts'
import { clockDifference, refusedByService, serviceFailure } from './service-failure.ts'
import type { SigstoreAccess } from './sigstore-access.ts'

/** A certificate for a few minutes, its key, and the identity that it states. */
export interface SigningCertificate {
  readonly identity: IdentityToken
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  /** DER; authorities above it belong to the trusted root. */
  readonly certificate: Buffer
  /** Whether it is valid for long enough to sign one more statement. */
  readonly isFresh: () => boolean
}

const SERVICE = 'certificate authority'
/** Fulcio's certificates are valid for ten minutes; two are left for the log and its retries. */
const RESERVE_MS = 2 * 60_000

/**
 * Gets a certificate for a new key from a Fulcio. Its life is measured from its own beginning by a clock that nobody
 * sets: that of the machine may be wrong.
 * @throws Failure signing; the signal's reason on abort
 */
export async function requestCertificate(
  client: ServiceClient,
  { authority, identity }: { readonly authority: URL; readonly identity: IdentityToken },
  { secrets }: SigstoreAccess
): Promise<SigningCertificate> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const proof = sign('sha256', Buffer.from(identity.subject), privateKey)
  const request = certificateRequest(authority, {
    token: identity.token,
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    proofOfPossession: proof.toString('base64')
  })
  const started = performance.now()
  const response = await client.send({ service: SERVICE, request })
  if (response.status !== 200 && response.status !== 201) {
    throw refusedToken(response, identity, refusedByService(response, SERVICE, secrets))
  }
  const certificate = certificateFor(publicKey, response)
  const { validFrom, validTo } = certificate
  const lifeMs = Date.parse(validTo) - Date.parse(validFrom) - RESERVE_MS
  const isFresh = () => performance.now() - started < lifeMs
  return { identity, privateKey, publicKey, certificate: certificate.raw, isFresh }
}

/** The leaf, when it is for our key. @throws Failure signing */
function certificateFor(publicKey: KeyObject, response: HttpResponse): X509Certificate {
  const { url } = response
  const [leaf] = chainIn(response)
  const certificate = leaf === undefined ? undefined : parsed(leaf)
  if (!certificate) {
    throw serviceFailure({ service: SERVICE, url, why: 'Its answer has no certificate.' })
  }
  if (certificate.publicKey.equals(publicKey)) return certificate
  const why = `It sent a certificate for another key (SHA-256 ${fingerprint(certificate)}).`
  throw serviceFailure({ service: SERVICE, url, why })
}

function chainIn({ body }: HttpResponse): readonly unknown[] {
  const answer = parseJson(body)
  if (!isObject(answer)) return []
  const signed = answer['signedCertificateEmbeddedSct'] ?? answer['signedCertificateDetachedSct']
  const chain = isObject(signed) ? signed['chain'] : undefined
  const certificates = isObject(chain) ? chain['certificates'] : undefined
  return Array.isArray(certificates) ? certificates : []
}

function parsed(pem: unknown): X509Certificate | undefined {
  try {
    return typeof pem === 'string' ? new X509Certificate(pem) : undefined
  } catch {
    return undefined
  }
}

/** Fulcio says the same of every token that it does not take: wrong audience, expired, unknown issuer. */
function refusedToken(response: HttpResponse, identity: IdentityToken, refusal: Failure): Failure {
  if (response.status >= 500 || response.status === 429) return refusal
  const facts = [tokenFacts(identity), clockDifference(response, Date.now())].filter(Boolean)
  const { host } = response.url
  const fix = `Check that ${host} accepts tokens of ${identity.issuer}, and that the token has the right audience and has not expired.`
  return new Failure('signing', { message: refusal.message, why: facts.join(' '), fix })
}

function fingerprint({ raw }: X509Certificate): string {
  return createHash('sha256').update(raw).digest('hex').slice(0, 12)
}
