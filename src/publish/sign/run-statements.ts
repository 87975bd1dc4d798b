import type { AttachedBundle } from '../../artifact/attached-bundles.ts'
import { blobOf, type Digest } from '../../oci/spec/blob.ts'
import { OCI_MANIFEST } from '../../oci/spec/media-types.ts'
import { BUNDLE_TYPE } from '../../sigstore/bundle.ts'
import { bundleManifest } from '../../sigstore/bundle-manifest.ts'
import { findOwnStatement } from '../../sigstore/own-statement.ts'
import {
  PROVENANCE_PREDICATE,
  provenanceStatement,
  SIGNATURE_PREDICATE,
  type Statement,
  signatureStatement
} from '../../sigstore/statement.ts'
import type {
  FoundStatement,
  NewStatement,
  StatementKind,
  StatementSubject,
  Statements
} from '../model/statements.ts'
import type { GitHubStore } from './github-store.ts'
import type { PreparedSigner, PreparedSigners } from './prepare-signers.ts'

const PREDICATES = {
  signature: SIGNATURE_PREDICATE,
  attestation: PROVENANCE_PREDICATE
} as const satisfies Readonly<Record<StatementKind, string>>

interface Means {
  readonly signers: Promise<PreparedSigners>
  readonly store: GitHubStore | undefined
  readonly serverUrl: string
}

/** The statements of a run: one of each kind for one digest, which is attached to it at every target. */
export class RunStatements implements Statements {
  readonly wanted: readonly StatementKind[]
  readonly #means: Means
  readonly #made = new Map<string, Promise<NewStatement>>()

  constructor(wanted: readonly StatementKind[], means: Means) {
    this.wanted = wanted
    this.#means = means
    means.signers.catch(() => undefined)
  }

  /** Waits for keys, token and certificate. @throws Failure usage, signing */
  async ready(): Promise<void> {
    await this.#means.signers
  }

  /** The attached statement that this run would make; undefined as well where a dry run does not know who signs. */
  async find(
    kind: StatementKind,
    { manifest }: StatementSubject,
    attached: readonly AttachedBundle[]
  ): Promise<FoundStatement | undefined> {
    const { roots, signers } = await this.#means.signers
    const signer = signers[kind]
    if (!signer) return undefined
    const { signatory, publicKey } = signer
    const bundles = attached.map(({ bundle }) => bundle)
    const wanted = { digest: manifest.digest, predicateType: PREDICATES[kind], signatory }
    const own = await findOwnStatement(bundles, { ...wanted, publicKey, roots })
    const found = own && attached[own.index]
    return found && { attached: found, facts: own.facts, warnings: own.warnings }
  }

  /** @throws Failure signing */
  make(kind: StatementKind, subject: StatementSubject): Promise<NewStatement> {
    const key = `${kind} ${subject.manifest.digest}`
    const made = this.#made.get(key) ?? this.#make(kind, subject)
    this.#made.set(key, made)
    return made
  }

  /** @throws Failure signing */
  async store(digest: Digest, bundle: Buffer): Promise<string | undefined> {
    return this.#means.store?.store({ digest, bundle, predicateType: PROVENANCE_PREDICATE })
  }

  async close(): Promise<void> {
    const prepared = await this.#means.signers.catch(() => undefined)
    await Promise.all([prepared?.close(), this.#means.store?.close()])
  }

  async #make(
    kind: StatementKind,
    { name, manifest: subject }: StatementSubject
  ): Promise<NewStatement> {
    const { signers } = await this.#means.signers
    const signer = signers[kind]
    if (!signer) throw new Error('a dry run signs nothing')
    const about = { name, digest: subject.digest }
    const signed = await signer.signer.sign(this.#statement(kind, about, signer))
    const { bundle, facts, warnings } = signed
    const predicateType = PREDICATES[kind]
    const manifest = bundleManifest({ subject, bundle, predicateType, created: new Date() })
    return {
      bundle: blobOf(BUNDLE_TYPE, bundle),
      manifest: blobOf(OCI_MANIFEST, manifest),
      facts,
      warnings
    }
  }

  #statement(
    kind: StatementKind,
    about: { readonly name: string; readonly digest: string },
    { signatory: { identity } }: PreparedSigner
  ): Statement {
    if (kind === 'signature') return signatureStatement(about)
    if (!identity) throw new Error('provenance is made of the claims of a token')
    return provenanceStatement(about, identity, this.#means.serverUrl)
  }
}
