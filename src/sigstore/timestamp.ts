import { createHash } from 'node:crypto'
import type { ServiceClient } from './service-client.ts'
import { refusedByService, serviceFailure } from './service-failure.ts'
import type { SigstoreAccess } from './sigstore-access.ts'

const SERVICE = 'timestamp authority'
/** Measured: 1 to 5 KiB with certificates. */
const LARGEST_TIMESTAMP_BYTES = 32 * 1024

/**
 * Has a signature dated (RFC 3161, by the JSON of sigstore/timestamp-authority, openapi.yaml): the answer, in DER.
 * @param url of the endpoint itself
 * @throws Failure signing; the signal's reason on abort
 */
export async function requestTimestamp(
  client: ServiceClient,
  { url, signature }: { readonly url: URL; readonly signature: Buffer },
  { secrets }: SigstoreAccess
): Promise<Buffer> {
  const artifactHash = createHash('sha256').update(signature).digest('base64')
  const body = Buffer.from(JSON.stringify({ artifactHash, hashAlgorithm: 'sha256' }))
  // Asked for JSON, it answers 500 (measured with 2.1.3).
  const headers = { accept: 'application/timestamp-reply', 'content-type': 'application/json' }
  const request = { method: 'POST', url, headers, body } as const
  const response = await client.send({ service: SERVICE, request })
  if (response.status !== 200 && response.status !== 201) {
    throw refusedByService(response, SERVICE, secrets)
  }
  const { body: timestamp } = response
  if (await isTimestamp(timestamp)) return timestamp
  throw serviceFailure({ service: SERVICE, url, why: 'Its answer is not a timestamp.' })
}

/** Whether there is a time in it; by whom, and of what, is seen when the bundle is verified. */
async function isTimestamp(answer: Buffer): Promise<boolean> {
  if (answer.length > LARGEST_TIMESTAMP_BYTES) return false
  const { RFC3161Timestamp } = await import('@sigstore/core')
  try {
    return !Number.isNaN(RFC3161Timestamp.parse(Buffer.from(answer)).signingTime.getTime())
  } catch {
    return false
  }
}
