import { writeFileSync } from 'node:fs'
import { FakeAuthority } from '../sigstore/fake-authority.ts'
import { FakeLog } from '../sigstore/fake-log.ts'
import { REPOSITORY, trustedRootOf, WORKFLOW } from '../sigstore/fake-sigstore.ts'
import { type Issuer, startIssuer } from '../sigstore/issuer.ts'
import { makeCosignKey } from '../sigstore/make-cosign-key.ts'
import { writeSigningConfig } from '../sigstore/signing-config-file.ts'
import type { Workspace } from '../workspace.ts'
import { awkwardCanary, type Canary, keyCanary, partOf, tokenCanary } from './canaries.ts'

export type SigningSource =
  | 'request URL'
  | 'request token'
  | 'ID token'
  | 'SIGSTORE_ID_TOKEN'
  | 'cosign-key'
  | 'cosign-key decrypted'
  | 'cosign-password'
  | 'github-token'

/** Longer than any run of all scenarios. */
const TOKEN_LIFE_S = 3600

/** What signs the charts of a lab, for services that each run has of its own; and its secrets. */
export class LabSigstore {
  readonly authority = new FakeAuthority()
  readonly log = new FakeLog()
  readonly canaries: readonly Canary[]
  readonly #issuer: Issuer

  private constructor(issuer: Issuer) {
    this.#issuer = issuer
    const password = awkwardCanary('cosign-password')
    const url = tokenCanary('request URL')
    const path = url.marks.join('/')
    this.canaries = [
      { ...url, value: `https://issuer.test/${path}/idtoken?api-version=2.0` },
      tokenCanary('request token'),
      jwtCanary('ID token', issuer),
      jwtCanary('SIGSTORE_ID_TOKEN', issuer),
      password,
      ...cosignKey(password.value),
      tokenCanary('github-token')
    ]
  }

  /** Writes signing configuration and trusted root into the folder. */
  static async start(folder: Workspace): Promise<LabSigstore> {
    const sigstore = new LabSigstore(await startIssuer())
    const urls = { fulcio: new URL('https://fulcio.test'), rekor: new URL('https://rekor.test') }
    await writeSigningConfig(folder.path('services.json'), urls, 1)
    const root = trustedRootOf(sigstore.authority, sigstore.log, urls.fulcio.origin)
    writeFileSync(folder.path('root.json'), JSON.stringify(root))
    return sigstore
  }

  /** The answer to a request for a certificate. */
  issue(body: string) {
    const names = { issuer: this.#issuer.url, workflow: WORKFLOW, repository: REPOSITORY }
    return this.authority.issue(body, names)
  }

  async stop(): Promise<void> {
    this.authority.remove()
    await this.#issuer.stop()
  }
}

/** The claims are known to everybody; the signature is what nobody has. */
function jwtCanary(name: string, issuer: Issuer): Canary {
  const token = issuer.token({ exp: Math.floor(Date.now() / 1000) + TOKEN_LIFE_S, jti: name })
  return keyCanary(name, token, token.split('.')[2] ?? '')
}

/** A key of which the encrypted and the plain text can be told from every other; few have to be made for that. */
function cosignKey(password: string): readonly Canary[] {
  for (let attempt = 0; attempt < 8; attempt++) {
    const { key, decrypted, secretFrom } = makeCosignKey(password)
    try {
      return [
        keyCanary('cosign-key', key, partOf(key, secretFrom)),
        // Of a P-256 key in PKCS 8 the secret number are the 32 bytes behind the first 36; public ones follow.
        keyCanary('cosign-key decrypted', decrypted, partOf(decrypted, 48, 90))
      ]
    } catch {
      // Its base64 has too many signs in it.
    }
  }
  throw new Error('no key can be told from others')
}
