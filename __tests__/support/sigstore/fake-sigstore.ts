import { execFileSync } from 'node:child_process'
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from '@jest/globals'
import { takeIdentitySources } from '../../../src/sigstore/identity-sources.ts'
import type { Rate } from '../../../src/sigstore/pace.ts'
import { Signer } from '../../../src/sigstore/signer.ts'
import type { SigningServices } from '../../../src/sigstore/signing-services.ts'
import type { SigstoreAccess } from '../../../src/sigstore/sigstore-access.ts'
import { type TrustedRoots, trustedRootsIn } from '../../../src/sigstore/trusted-root.ts'
import { accessForTests } from './access.ts'
import { FakeService, type SeenRequest } from './fake-service.ts'
import { CLAIMS, type Issuer, startIssuer } from './issuer.ts'

const WORKFLOW = `https://github.com/${CLAIMS.job_workflow_ref}`
const LOG_NAME = 'rekor.test'

/** Services of Sigstore in this process: a Fulcio without a log of certificates, and a Rekor v1. */
export class FakeSigstore {
  readonly #folder = mkdtempSync(join(tmpdir(), 'phc-fulcio-'))
  readonly #logKey = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  readonly fulcio = new FakeService((request) => this.#issue(request))
  readonly rekor = new FakeService((request) => this.#add(request))
  /** What a certificate names. */
  workflow = WORKFLOW
  /** In which repository, in the same certificate. */
  repository = `https://github.com/${CLAIMS.repository}`
  #issuer: Issuer | undefined
  readonly #signers: Signer[] = []
  readonly #entries = new Map<string, object>()

  get issuer(): Issuer {
    if (!this.#issuer) throw new Error('nothing was started')
    return this.#issuer
  }

  get services(): SigningServices {
    const logs = [{ url: this.rekor.url, version: 1 }] as const
    return { name: 'the test', authority: this.fulcio.url, logs, timestampAuthorities: [] }
  }

  async start(): Promise<void> {
    this.#issuer = await startIssuer()
    await Promise.all([this.fulcio.start(), this.rekor.start()])
    this.#openssl(
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      ...['-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/O=test/CN=fulcio']
    )
    this.#openssl('req', '-new', '-key', 'ca.key', '-subj', '/', '-out', 'leaf.csr')
  }

  async stop(): Promise<void> {
    await Promise.all(this.#signers.map((signer) => signer.close()))
    await Promise.all([this.fulcio.stop(), this.rekor.stop(), this.#issuer?.stop()])
    rmSync(this.#folder, { recursive: true, force: true })
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
  async roots(
    change: (root: Record<string, unknown>) => void = () => undefined
  ): Promise<TrustedRoots> {
    const root = this.trustedRoot()
    change(root)
    return trustedRootsIn(Buffer.from(JSON.stringify(root)), 'root.json')
  }

  /** The same as the JSON of its file. */
  trustedRoot(): Record<string, unknown> {
    const start = '2020-01-01T00:00:00Z'
    const ca = Buffer.from(
      readFileSync(join(this.#folder, 'ca.pem'), 'utf8').replace(/-----.*-----|\s/g, ''),
      'base64'
    )
    return {
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      tlogs: [
        {
          baseUrl: `https://${LOG_NAME}`,
          hashAlgorithm: 'SHA2_256',
          publicKey: {
            rawBytes: spki(this.#logKey.publicKey).toString('base64'),
            keyDetails: 'PKIX_ECDSA_P256_SHA_256',
            validFor: { start }
          },
          logId: { keyId: this.#logId().toString('base64') }
        }
      ],
      certificateAuthorities: [
        {
          subject: { organization: 'test', commonName: 'fulcio' },
          uri: this.fulcio.url.origin,
          certChain: { certificates: [{ rawBytes: ca.toString('base64') }] },
          validFor: { start }
        }
      ],
      ctlogs: [],
      timestampAuthorities: []
    }
  }

  #logId(): Buffer {
    return sha256(spki(this.#logKey.publicKey))
  }

  #issue({ body }: SeenRequest) {
    const { publicKeyRequest } = JSON.parse(body)
    writeFileSync(join(this.#folder, 'leaf.pub'), publicKeyRequest.publicKey.content)
    const oid = '1.3.6.1.4.1.57264.1'
    const extensions = [
      'keyUsage=critical,digitalSignature',
      'extendedKeyUsage=codeSigning',
      `subjectAltName=critical,URI:${this.workflow}`,
      `${oid}.8=ASN1:UTF8String:${this.issuer.url}`,
      `${oid}.12=ASN1:UTF8String:${this.repository}`
    ]
    writeFileSync(join(this.#folder, 'leaf.ext'), `${extensions.join('\n')}\n`)
    const signer = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '1']
    this.#openssl(
      'x509',
      '-req',
      '-in',
      'leaf.csr',
      '-force_pubkey',
      'leaf.pub',
      ...signer,
      '-extfile',
      'leaf.ext',
      '-out',
      'leaf.pem'
    )
    const certificates = [readFileSync(join(this.#folder, 'leaf.pem'), 'utf8')]
    return { status: 200, body: { signedCertificateEmbeddedSct: { chain: { certificates } } } }
  }

  /** A log with one entry at a time: the root of its tree is the hash of that entry. */
  #add({ method, path, body }: SeenRequest) {
    if (method === 'GET') {
      const found = this.#entries.get(path.split('/').at(-1) ?? '')
      return found ? { status: 200, body: found } : { status: 404, body: {} }
    }
    const { envelope, verifiers } = JSON.parse(body).spec.proposedContent
    const { payload, signatures } = JSON.parse(envelope)
    const content = canonical({
      apiVersion: '0.0.1',
      kind: 'dsse',
      spec: {
        envelopeHash: { algorithm: 'sha256', value: sha256(Buffer.from(envelope)).toString('hex') },
        payloadHash: {
          algorithm: 'sha256',
          value: sha256(Buffer.from(payload, 'base64')).toString('hex')
        },
        signatures: [{ signature: signatures[0].sig, verifier: verifiers[0] }]
      }
    })
    const leaf = sha256(Buffer.concat([Buffer.from([0]), Buffer.from(content)]))
    const uuid = leaf.toString('hex')
    const known = this.#entries.get(uuid)
    const location = `/api/v1/log/entries/${uuid}`
    if (known) return { status: 409, body: { code: 409, message: 'exists' }, headers: { location } }
    const entry = { [uuid]: this.#entry(content, leaf) }
    this.#entries.set(uuid, entry)
    return { status: 201, body: entry, headers: { location } }
  }

  #entry(content: string, root: Buffer) {
    const logged = {
      body: Buffer.from(content).toString('base64'),
      integratedTime: Math.floor(Date.now() / 1000),
      logID: this.#logId().toString('hex'),
      logIndex: 7
    }
    const note = `${LOG_NAME} - 1\n1\n${root.toString('base64')}\n`
    const signed = Buffer.concat([this.#logId().subarray(0, 4), this.#signLog(note)])
    const checkpoint = `${note}\n\u2014 ${LOG_NAME} ${signed.toString('base64')}\n`
    const inclusionProof = {
      checkpoint,
      hashes: [],
      logIndex: 0,
      rootHash: root.toString('hex'),
      treeSize: 1
    }
    const signedEntryTimestamp = this.#signLog(canonical(logged)).toString('base64')
    return { ...logged, verification: { inclusionProof, signedEntryTimestamp } }
  }

  #signLog(text: string): Buffer {
    return sign('sha256', Buffer.from(text), this.#logKey.privateKey)
  }

  #openssl(...args: readonly string[]): void {
    execFileSync('openssl', args, { cwd: this.#folder, stdio: 'pipe' })
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

function spki(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' })
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest()
}

/** RFC 8785, for objects of plain values. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`
}
