import type { AttachedBundle } from '../../artifact/attached-bundles.ts'
import type { Blob, Digest } from '../../oci/spec/blob.ts'
import type { BundleFacts } from '../../sigstore/verification.ts'

/** What is stated about an artifact: that somebody signs it, or which run made it. */
export type StatementKind = 'signature' | 'attestation'

/** A statement that is attached to what was published. */
export interface AttachedStatement {
  readonly kind: StatementKind
  /** Whether this run made it, or found it. */
  readonly state: 'signed' | 'present'
  /** Of the manifest that attaches it. */
  readonly digest: Digest
  readonly facts: BundleFacts
}

/**
 * What became of the signature: made by this run, found there, wanted and not there, or not wanted. Undefined where a dry run
 * cannot tell.
 */
export type SignatureState = 'signed' | 'present' | 'absent' | 'off' | undefined

/** What is attached to one publication. */
export interface StatedTrust {
  readonly signature: SignatureState
  readonly statements: readonly AttachedStatement[]
  /** The page at GitHub where the provenance is. */
  readonly attestationUrl: string | undefined
}

export const NOTHING_STATED: StatedTrust = {
  signature: 'off',
  statements: [],
  attestationUrl: undefined
}

/** What a statement is about. */
export interface StatementSubject {
  /** `host/path/name` of the first target. */
  readonly name: string
  readonly manifest: Pick<Blob, 'mediaType' | 'digest' | 'size'>
}

/** A statement of this run, ready to be attached. */
export interface NewStatement {
  readonly bundle: Blob
  readonly manifest: Blob
  readonly facts: BundleFacts
  readonly warnings: readonly string[]
}

/** A statement that need not be made again. */
export interface FoundStatement {
  readonly attached: AttachedBundle
  readonly facts: BundleFacts
  readonly warnings: readonly string[]
}

/** Makes the statements of a run, one of each kind for one digest, wherever that goes. */
export interface Statements {
  readonly wanted: readonly StatementKind[]
  /** Waits for keys, token and certificate: nothing is to be pushed before. @throws Failure usage, signing */
  ready(): Promise<void>
  /** The statement among those that are attached which this run would make. */
  find(
    kind: StatementKind,
    subject: StatementSubject,
    attached: readonly AttachedBundle[]
  ): Promise<FoundStatement | undefined>
  /** Signs, logs, dates and verifies. @throws Failure signing */
  make(kind: StatementKind, subject: StatementSubject): Promise<NewStatement>
  /** Stores provenance at GitHub where that is wanted; the page where it is. @throws Failure signing */
  store(digest: Digest, bundle: Buffer): Promise<string | undefined>
}

/** Of a run that states nothing. */
export const NO_STATEMENTS: Statements = {
  wanted: [],
  ready: async () => undefined,
  find: async () => undefined,
  make: async () => {
    throw new Error('nothing is to be stated')
  },
  store: async () => undefined
}
