import { createHash, type KeyObject } from 'node:crypto'
import { Failure } from '../shared/failure.ts'
import { parseJson } from '../shared/json.ts'
import { preAuthEncoding } from './dsse.ts'
import {
  endpoint,
  isLogEntry,
  LOG_SERVICE,
  type LogEntry,
  type LoggedSignature,
  type Verifier
} from './log-entry.ts'
import { LOG_MS, type ServiceClient } from './service-client.ts'
import { refusedByService, serviceFailure } from './service-failure.ts'
import type { SigstoreAccess } from './sigstore-access.ts'

/**
 * Writes a signature into a Rekor v2 as a `hashedrekord` entry over what was signed: it takes no `dsse` entries any more
 * (sigstore/rekor-tiles, fa390b1). `exists` when the log has that very signature: it does not say where, so another
 * signature is to be made.
 * @throws Failure signing; the signal's reason on abort
 */
export async function addToRekorV2(
  client: ServiceClient,
  { log, signature }: { readonly log: URL; readonly signature: LoggedSignature },
  { secrets }: SigstoreAccess
): Promise<LogEntry | 'exists'> {
  const headers = { accept: 'application/json', 'content-type': 'application/json' }
  const body = Buffer.from(JSON.stringify({ hashedRekordRequestV002: proposed(signature) }))
  const url = endpoint(log, '/api/v2/log/entries')
  const request = { method: 'POST', url, headers, body } as const
  const response = await client.send({ service: LOG_SERVICE, request, attemptMs: LOG_MS })
  if (response.status === 409) return 'exists'
  if (response.status !== 201 && response.status !== 200) {
    throw refusedByService(response, LOG_SERVICE, secrets)
  }
  const entry = parseJson(response.body)
  if (isLogEntry(entry)) return entry
  throw serviceFailure({ service: LOG_SERVICE, url, why: 'Its answer is not a log entry.' })
}

function proposed({ envelope, verifier }: LoggedSignature) {
  const { payload, signature } = envelope
  const digest = createHash('sha256').update(preAuthEncoding(payload)).digest('base64')
  return {
    digest,
    signature: { content: signature.toString('base64'), verifier: verifierJson(verifier) }
  }
}

function verifierJson(verifier: Verifier) {
  const keyDetails = keyDetailsOf(verifier.publicKey)
  if (verifier.kind === 'certificate') {
    return { x509Certificate: { rawBytes: verifier.certificate.toString('base64') }, keyDetails }
  }
  const spki = verifier.publicKey.export({ type: 'spki', format: 'der' })
  return { publicKey: { rawBytes: spki.toString('base64') }, keyDetails }
}

/** Names of sigstore/protobuf-specs, PublicKeyDetails. A hash is signed, which Ed25519 itself does not do. */
function keyDetailsOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string {
  if (asymmetricKeyType === 'ec') return 'PKIX_ECDSA_P256_SHA_256'
  const bits = asymmetricKeyDetails?.modulusLength ?? 0
  if (asymmetricKeyType === 'rsa' && [2048, 3072, 4096].includes(bits)) {
    return `PKIX_RSA_PKCS1V15_${bits}_SHA256`
  }
  const message = `A Rekor v2 log does not accept signatures of this type of key (${asymmetricKeyType}).`
  throw new Failure('signing', { message, fix: 'Use a key on the curve P-256.' })
}
