import type { KeyObject } from 'node:crypto'
import { isObject } from '../shared/json.ts'
import type { Envelope } from './dsse.ts'

/** An entry of a transparency log as a bundle has it (sigstore/protobuf-specs, sigstore_rekor.proto, as JSON). */
export type LogEntry = Readonly<Record<string, unknown>>

/** What verifies a signature: a certificate of the moment, or the public key of a user. */
export type Verifier =
  | { readonly kind: 'certificate'; readonly certificate: Buffer; readonly publicKey: KeyObject }
  | { readonly kind: 'key'; readonly publicKey: KeyObject }

/** What is logged. */
export interface LoggedSignature {
  readonly envelope: Envelope
  readonly verifier: Verifier
}

export const LOG_SERVICE = 'transparency log'

/** Whether an answer has what a bundle needs of an entry; that it is the right one is seen when the bundle is verified. */
export function isLogEntry(value: unknown): value is LogEntry {
  return (
    isObject(value) &&
    typeof value['canonicalizedBody'] === 'string' &&
    isObject(value['logId']) &&
    isObject(value['kindVersion']) &&
    isObject(value['inclusionProof'])
  )
}

/** `path` at a service, which may be in a folder. */
export function endpoint(base: URL, path: string): URL {
  return new URL(`${base.href.replace(/\/+$/, '')}${path}`)
}
