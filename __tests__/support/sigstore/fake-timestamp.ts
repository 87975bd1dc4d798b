// Without Jest, so that scripts can use it too.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const CONFIG = `[ tsa ]
default_tsa = own
[ own ]
serial = serial
default_policy = 1.2.3.4.1
digests = sha256
signer_digest = sha256
ess_cert_id_alg = sha256
`
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']

/** A timestamp authority: openssl's, by the JSON that Sigstore's takes. */
export class FakeTimestampAuthority {
  readonly #folder = mkdtempSync(join(tmpdir(), 'phc-tsa-'))

  constructor() {
    const files = {
      'ts.cnf': CONFIG,
      serial: '01',
      'tsa.ext': 'extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n'
    }
    for (const [name, content] of Object.entries(files)) writeFileSync(this.#path(name), content)
    const root = [
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
      '-days',
      '2',
      '-subj',
      '/O=test/CN=tsa root'
    ]
    this.#openssl('req', '-x509', ...NEW_KEY, ...root)
    this.#openssl(
      'req',
      '-new',
      ...NEW_KEY,
      '-keyout',
      'tsa.key',
      '-subj',
      '/O=test/CN=tsa',
      '-out',
      'csr'
    )
    const signer = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2']
    this.#openssl('x509', '-req', '-in', 'csr', ...signer, '-extfile', 'tsa.ext', '-out', 'tsa.pem')
  }

  /** The answer to a request for a timestamp. */
  answer({ body }: { readonly body: string }) {
    const digest = Buffer.from(JSON.parse(body).artifactHash, 'base64').toString('hex')
    const query = ['-digest', digest, '-sha256', '-cert', '-no_nonce', '-out', 'query']
    this.#openssl('ts', '-query', ...query)
    const signer = ['-inkey', 'tsa.key', '-signer', 'tsa.pem', '-chain', 'ca.pem']
    const own = ['-config', 'ts.cnf', '-section', 'own', '-queryfile', 'query']
    this.#openssl('ts', '-reply', ...own, ...signer, '-out', 'reply')
    return { status: 201, body: readFileSync(this.#path('reply')) }
  }

  /** As a trusted root has it. */
  rootEntry(uri: string) {
    const certificates = ['tsa.pem', 'ca.pem'].map((name) => {
      return { rawBytes: readFileSync(this.#path(name), 'utf8').replace(/-----.*-----|\s/g, '') }
    })
    const subject = { organization: 'test', commonName: 'tsa' }
    const validFor = { start: '2020-01-01T00:00:00Z' }
    return { subject, uri, certChain: { certificates }, validFor }
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #path(name: string): string {
    return join(this.#folder, name)
  }

  #openssl(...args: readonly string[]): void {
    execFileSync('openssl', args, { cwd: this.#folder, stdio: 'pipe' })
  }
}
