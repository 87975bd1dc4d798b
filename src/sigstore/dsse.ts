import { type KeyObject, sign } from 'node:crypto'

/** The type of all our payloads (in-toto/attestation, spec/v1/envelope.md). */
export const PAYLOAD_TYPE = 'application/vnd.in-toto+json'

/** A signed statement (secure-systems-lab/dsse, envelope.md). */
export interface Envelope {
  readonly payload: Buffer
  readonly signature: Buffer
}

/** What is signed of a payload: PAE of secure-systems-lab/dsse, protocol.md. */
export function preAuthEncoding(payload: Buffer, type = PAYLOAD_TYPE): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `
  return Buffer.concat([Buffer.from(head), payload])
}

/** Signs a payload, with SHA-256 where the kind of key leaves that open. */
export function signPayload(payload: Buffer, key: KeyObject): Envelope {
  const algorithm = key.asymmetricKeyType === 'ed25519' ? null : 'sha256'
  return { payload, signature: sign(algorithm, preAuthEncoding(payload), key) }
}

/** An envelope as JSON has it, the same in bundles and in logs. */
export function envelopeJson({ payload, signature }: Envelope) {
  return {
    payload: payload.toString('base64'),
    payloadType: PAYLOAD_TYPE,
    signatures: [{ sig: signature.toString('base64') }]
  }
}
