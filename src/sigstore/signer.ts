import type { KeyObject } from 'node:crypto'
import { Slots } from '../shared/slots.ts'
import { bundleJson, keyHint } from './bundle.ts'
import { CertificateHolder, certificateOfRun } from './certificate-holder.ts'
import type { SigningKey } from './cosign-key.ts'
import { signPayload } from './dsse.ts'
import { fetchIdentity } from './identity.ts'
import type { IdentitySources } from './identity-sources.ts'
import type { IdentityToken } from './identity-token.ts'
import type { Verifier } from './log-entry.ts'
import type { Rate } from './pace.ts'
import { type IdentityPolicy, policyOf } from './policy.ts'
import { ServiceClient } from './service-client.ts'
import { alreadyLogged, notValid } from './signer-failures.ts'
import type { SigningServices } from './signing-services.ts'
import type { SigstoreAccess } from './sigstore-access.ts'
import type { Statement } from './statement.ts'
import type { TrustedRoots } from './trusted-root.ts'
import type { BundleFacts, SignedBy } from './verification.ts'
import { verifyBundle } from './verify-bundle.ts'
import { knowAuthority } from './verify-certificate.ts'
import { Witnesses } from './witnesses.ts'

/** What statements are signed with. */
export type SigningMeans =
  | {
      readonly kind: 'keyless'
      readonly sources: IdentitySources
      /** The token to begin with; one is asked for unless given. */
      readonly identity?: IdentityToken | undefined
      readonly services: SigningServices
    }
  | {
      readonly kind: 'key'
      readonly key: SigningKey
      /** Where its signatures are logged and dated as well; nowhere unless given. */
      readonly services?: Pick<SigningServices, 'logs' | 'timestampAuthorities'> | undefined
    }

/** Who signs, known before anything is signed. */
export interface Signatory {
  readonly signedBy: SignedBy
  /** Which other certificates are of the same workflow: those of earlier releases. */
  readonly policy: IdentityPolicy
  /** Whether the trusted roots know who issued the certificate; true as well for keys, which need nobody. */
  readonly isAuthorityKnown: boolean
  /** With the claims that provenance is made of; undefined for keys. */
  readonly identity: IdentityToken | undefined
}

/** A statement that is signed, logged, dated and verified. */
export interface SignedStatement {
  readonly statement: Statement
  /** JSON, ready to be attached. */
  readonly bundle: Buffer
  readonly facts: BundleFacts
  /** What of the bundle could not be checked. */
  readonly warnings: readonly string[]
}

/** Public logs limit how much comes at once (sigstore/rekor#637, cosign#3153: 429 for releases of many artifacts). */
const MOST_AT_ONCE = 4
const RATE_OF_LOG = { count: 5, withinMs: 1000 }
/** A log that has a signature already is given another one; thrice means that something else is wrong. */
const MOST_SIGNATURES = 3

const NONE = { logs: [], timestampAuthorities: [] }

interface SignerOptions {
  readonly access: SigstoreAccess
  /** What the own bundles are verified with. */
  readonly roots: TrustedRoots
  /** Closed with the signer; one of its own unless given. */
  readonly client?: ServiceClient | undefined
  /** Of signatures for one log, in place of the own rate. */
  readonly logRate?: Rate | undefined
}

/** A key that signs now, and what verifies it. */
interface Hand {
  readonly privateKey: KeyObject
  readonly verifier: Verifier
}

/** Signs the statements of a run. */
export class Signer {
  readonly #means: SigningMeans
  readonly #options: SignerOptions
  readonly #client: ServiceClient
  readonly #certificates: CertificateHolder
  readonly #slots = new Slots(MOST_AT_ONCE)
  readonly #witnesses: Witnesses

  constructor(means: SigningMeans, options: SignerOptions) {
    const { access, logRate: rate = RATE_OF_LOG } = options
    this.#means = means
    this.#options = options
    const { client = new ServiceClient(access) } = options
    this.#client = client
    this.#witnesses = new Witnesses({ services: means.services ?? NONE, client, access, rate })
    let first = means.kind === 'keyless' ? means.identity : undefined
    this.#certificates = new CertificateHolder(async () => {
      if (means.kind !== 'keyless') throw new Error('a key needs no certificate')
      const identity = first ?? (await fetchIdentity(means.sources, client, access))
      first = undefined
      return certificateOfRun({ identity, authority: means.services.authority }, client, access)
    })
  }

  /**
   * Gets the token and the certificate: to be called before anything is pushed, so that a missing permission is found then.
   * @param statements how many are to be signed at once as soon as there is something to sign
   * @throws Failure signing; the signal's reason on abort
   */
  async prepare(statements = 1): Promise<Signatory> {
    if (this.#means.kind === 'key') {
      const signedBy = { kind: 'key', hint: keyHint(this.#means.key.publicKey) } as const
      return { signedBy, policy: {}, isAuthorityKnown: true, identity: undefined }
    }
    const { logs, timestampAuthorities } = this.#means.services
    const urls = [...logs.map(({ url }) => url), ...timestampAuthorities]
    this.#client.preconnect(urls, statements)
    const { names, identity, certificate } = await this.#certificates.get()
    const signedBy = { kind: 'certificate', ...names } as const
    const isAuthorityKnown = await knowAuthority(this.#options.roots, certificate)
    return { signedBy, policy: policyOf(names), isAuthorityKnown, identity }
  }

  /**
   * Signs a statement, has it logged and dated, and verifies what came of it. Waits for its turn before it signs.
   * @throws Failure signing; the signal's reason on abort
   */
  sign(statement: Statement): Promise<SignedStatement> {
    return this.#slots.run(async () => {
      const bundle = await this.#makeBundle(statement.payload)
      return this.#verified(statement, bundle)
    })
  }

  /** Closes all connections. */
  async close(): Promise<void> {
    await this.#client.close()
  }

  async #makeBundle(payload: Buffer): Promise<Buffer> {
    for (let signatures = 1; ; signatures++) {
      await this.#witnesses.turn()
      const { privateKey, verifier } = await this.#hand()
      const envelope = signPayload(payload, privateKey)
      const proofs = await this.#witnesses.witness({ envelope, verifier })
      if (proofs !== 'exists') return bundleJson({ envelope, verifier, ...proofs })
      if (signatures === MOST_SIGNATURES) throw alreadyLogged(this.#witnesses.logHosts)
    }
  }

  async #hand(): Promise<Hand> {
    if (this.#means.kind === 'key') {
      const { privateKey, publicKey } = this.#means.key
      return { privateKey, verifier: { kind: 'key', publicKey } }
    }
    const { privateKey, publicKey, certificate } = await this.#certificates.get()
    return { privateKey, verifier: { kind: 'certificate', certificate, publicKey } }
  }

  async #verified(statement: Statement, bundle: Buffer): Promise<SignedStatement> {
    const { roots } = this.#options
    const { digest } = statement.subject
    const keys = this.#means.kind === 'key' ? [this.#means.key.publicKey] : []
    const predicateTypes = [statement.predicateType]
    const found = await verifyBundle(bundle, { digest, predicateTypes, roots, keys })
    if (found.kind === 'valid') {
      return { statement, bundle, facts: found.facts, warnings: found.warnings }
    }
    if (found.kind === 'unchecked' && found.because === 'unknown-authority') {
      const warnings = [`${found.reason}, so it was not checked`]
      return { statement, bundle, facts: found.facts, warnings }
    }
    throw notValid(found.reason, roots, hostsOf(this.#means))
  }
}

/** Of the services that a signature is made with; none for a key alone. */
function hostsOf(means: SigningMeans): readonly string[] {
  const { logs, timestampAuthorities } = means.services ?? NONE
  const authorities = means.kind === 'keyless' ? [means.services.authority] : []
  const urls = [...authorities, ...logs.map(({ url }) => url), ...timestampAuthorities]
  return [...new Set(urls.map(({ host }) => host))]
}
