import { createHash, type KeyObject } from 'node:crypto'
import { type Envelope, envelopeJson } from './dsse.ts'
import type { LogEntry, Verifier } from './log-entry.ts'

/** Of the only format that is written (sigstore/cosign, specs/BUNDLE_SPEC.md). */
export const BUNDLE_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json'

/** What a bundle consists of. */
export interface BundleParts {
  readonly envelope: Envelope
  readonly verifier: Verifier
  readonly logEntries: readonly LogEntry[]
  /** RFC 3161, DER. */
  readonly timestamps: readonly Buffer[]
}

/** A bundle as bytes of JSON (sigstore/protobuf-specs, sigstore_bundle.proto). */
export function bundleJson({ envelope, verifier, logEntries, timestamps }: BundleParts): Buffer {
  const rfc3161Timestamps = timestamps.map((timestamp) => {
    return { signedTimestamp: timestamp.toString('base64') }
  })
  const bundle = {
    mediaType: BUNDLE_TYPE,
    verificationMaterial: {
      ...verifierJson(verifier),
      tlogEntries: logEntries,
      timestampVerificationData: { rfc3161Timestamps }
    },
    dsseEnvelope: envelopeJson(envelope)
  }
  return Buffer.from(JSON.stringify(bundle))
}

function verifierJson(verifier: Verifier) {
  if (verifier.kind === 'key') return { publicKey: { hint: keyHint(verifier.publicKey) } }
  return { certificate: { rawBytes: verifier.certificate.toString('base64') } }
}

/** How bundles name a key: the hash of its DER form, as cosign has it. */
export function keyHint(publicKey: KeyObject): string {
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(spki).digest('base64')
}
