import { afterEach } from '@jest/globals'
import { takeIdentitySources } from '../../../src/sigstore/identity-sources.ts'
import type { Rate } from '../../../src/sigstore/pace.ts'
import { Signer } from '../../../src/sigstore/signer.ts'
import type { SigningServices } from '../../../src/sigstore/signing-services.ts'
import type { SigstoreAccess } from '../../../src/sigstore/sigstore-access.ts'
import { type TrustedRoots, trustedRootsIn } from '../../../src/sigstore/trusted-root.ts'
import { accessForTests } from './access.ts'
import { FakeAuthority } from './fake-authority.ts'
import { FakeLog } from './fake-log.ts'
import { FakeService } from './fake-service.ts'
import { CLAIMS, type Issuer, startIssuer } from './issuer.ts'

/** What the certificates of a run of GitHub name. */
export const WORKFLOW = `https://github.com/${CLAIMS.job_workflow_ref}`
export const REPOSITORY = `https://github.com/${CLAIMS.repository}`

type Root = Record<string, unknown>

/** Services of Sigstore in this process: a Fulcio without a log of certificates, and a Rekor v1. */
export class FakeSigstore {
  readonly authority = new FakeAuthority()
  readonly log = new FakeLog()
  readonly fulcio = new FakeService(({ body }) => this.authority.issue(body, this.names))
  readonly rekor = new FakeService((request) => this.log.answer(request))
  /** What a certificate names. */
  workflow = WORKFLOW
  /** In which repository, in the same certificate. */
  repository = REPOSITORY
  #issuer: Issuer | undefined
  readonly #signers: Signer[] = []

  get issuer(): Issuer {
    if (!this.#issuer) throw new Error('nothing was started')
    return this.#issuer
  }

  get names() {
    const { workflow, repository } = this
    return { issuer: this.issuer.url, workflow, repository }
  }

  get services(): SigningServices {
    const logs = [{ url: this.rekor.url, version: 1 }] as const
    return { name: 'the test', authority: this.fulcio.url, logs, timestampAuthorities: [] }
  }

  async start(): Promise<void> {
    this.#issuer = await startIssuer()
    await Promise.all([this.fulcio.start(), this.rekor.start()])
  }

  async stop(): Promise<void> {
    await Promise.all(this.#signers.map((signer) => signer.close()))
    await Promise.all([this.fulcio.stop(), this.rekor.stop(), this.#issuer?.stop()])
    this.authority.remove()
  }

  /** A signer of a job of GitHub. */
  async signer(more: Partial<SigstoreAccess> = {}, services = this.services, logRate?: Rate) {
    const access = accessForTests(more)
    const sources = takeIdentitySources({ ...this.issuer.variables }, access.secrets)
    const roots = await this.roots()
    const signer = new Signer({ kind: 'keyless', sources, services }, { access, roots, logRate })
    this.#signers.push(signer)
    return { signer, access, roots }
  }

  /** The root that knows these services. */
  async roots(change: (root: Root) => void = () => undefined): Promise<TrustedRoots> {
    const root = this.trustedRoot()
    change(root)
    return trustedRootsIn(Buffer.from(JSON.stringify(root)), 'root.json')
  }

  /** The same as the JSON of its file. */
  trustedRoot(): Root {
    return trustedRootOf(this.authority, this.log, this.fulcio.url.origin)
  }
}

/** The JSON of the root that knows an authority, by its address, and a log. */
export function trustedRootOf(authority: FakeAuthority, log: FakeLog, address: string): Root {
  return {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [log.rootEntry()],
    certificateAuthorities: [authority.rootEntry(address)],
    ctlogs: [],
    timestampAuthorities: []
  }
}

/** Starts services for each test of the file. */
export function useFakeSigstore(): () => Promise<FakeSigstore> {
  const running: FakeSigstore[] = []
  afterEach(async () => {
    await Promise.all(running.splice(0).map((sigstore) => sigstore.stop()))
  })
  return async () => {
    const sigstore = new FakeSigstore()
    running.push(sigstore)
    await sigstore.start()
    return sigstore
  }
}
