// Without Jest, so that scripts can use it too.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const FULCIO = '1.3.6.1.4.1.57264.1'

/** Whom a certificate names. */
export interface CertificateNames {
  readonly issuer: string
  readonly workflow: string
  /** The address of the repository. */
  readonly repository: string
}

/** What a Fulcio without a log of certificates does: it issues certificates for keys. */
export class FakeAuthority {
  readonly #folder = mkdtempSync(join(tmpdir(), 'phc-fulcio-'))

  constructor() {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
    const out = ['-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/O=test/CN=fulcio']
    this.#openssl('req', '-x509', ...key, ...out)
    this.#openssl('req', '-new', '-key', 'ca.key', '-subj', '/', '-out', 'leaf.csr')
  }

  /** The answer to a request for a certificate. */
  issue(body: string, names: CertificateNames) {
    const { publicKeyRequest } = JSON.parse(body)
    const certificates = [this.certificateFor(publicKeyRequest.publicKey.content, names)]
    return { status: 200, body: { signedCertificateEmbeddedSct: { chain: { certificates } } } }
  }

  /** A certificate for a public key, both in PEM. */
  certificateFor(publicKey: string, names: CertificateNames): string {
    const { issuer, workflow, repository } = names
    writeFileSync(join(this.#folder, 'leaf.pub'), publicKey)
    const extensions = [
      'keyUsage=critical,digitalSignature',
      'extendedKeyUsage=codeSigning',
      `subjectAltName=critical,URI:${workflow}`,
      `${FULCIO}.8=ASN1:UTF8String:${issuer}`,
      `${FULCIO}.12=ASN1:UTF8String:${repository}`
    ]
    writeFileSync(join(this.#folder, 'leaf.ext'), `${extensions.join('\n')}\n`)
    const signer = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '1']
    const leaf = ['-in', 'leaf.csr', '-force_pubkey', 'leaf.pub', '-extfile', 'leaf.ext']
    this.#openssl('x509', '-req', ...leaf, ...signer, '-out', 'leaf.pem')
    return readFileSync(join(this.#folder, 'leaf.pem'), 'utf8')
  }

  /** As a trusted root has it. */
  rootEntry(uri: string) {
    const pem = readFileSync(join(this.#folder, 'ca.pem'), 'utf8')
    return {
      subject: { organization: 'test', commonName: 'fulcio' },
      uri,
      certChain: { certificates: [{ rawBytes: pem.replace(/-----.*-----|\s/g, '') }] },
      validFor: { start: '2020-01-01T00:00:00Z' }
    }
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #openssl(...args: readonly string[]): void {
    execFileSync('openssl', args, { cwd: this.#folder, stdio: 'pipe' })
  }
}
