import { Failure } from '../shared/failure.ts'
import { isObject } from '../shared/json.ts'
import { requestCertificate, type SigningCertificate } from './certificate.ts'
import { certificateIdentity } from './certificate-identity.ts'
import type { IdentityToken } from './identity-token.ts'
import { type CertificateIdentity, type IdentityPolicy, identityProblem } from './policy.ts'
import type { ServiceClient } from './service-client.ts'
import type { SigstoreAccess } from './sigstore-access.ts'

/** A certificate, and whom it names. */
export interface IdentifiedCertificate extends SigningCertificate {
  readonly names: CertificateIdentity
}

/**
 * The certificate of a run: one token, one key, one certificate for all statements, and others when it grows old. Who
 * comes while one is on its way waits for that one.
 */
export class CertificateHolder {
  readonly #fetch: () => Promise<IdentifiedCertificate>
  #current: Promise<IdentifiedCertificate> | undefined

  constructor(fetch: () => Promise<IdentifiedCertificate>) {
    this.#fetch = fetch
  }

  /** One that is valid for some minutes. @throws what `fetch` throws */
  async get(): Promise<IdentifiedCertificate> {
    const current = this.#current
    if (current && (await current).isFresh()) return current
    // Somebody else may have begun to fetch another one meanwhile.
    if (this.#current === current) {
      this.#current = this.#fetch()
      this.#current.catch(() => undefined)
    }
    return this.#current ?? this.get()
  }
}

/**
 * A certificate that names whom a token names.
 * @throws Failure signing; the signal's reason on abort
 */
export async function certificateOfRun(
  { identity, authority }: { readonly identity: IdentityToken; readonly authority: URL },
  client: ServiceClient,
  access: SigstoreAccess
): Promise<IdentifiedCertificate> {
  const certificate = await requestCertificate(client, { authority, identity }, access)
  const { X509Certificate } = await import('@sigstore/core')
  const der = Buffer.from(certificate.certificate)
  const names = certificateIdentity(X509Certificate.parse(der))
  const problem = identityProblem(names, policyOfToken(identity))
  if (problem === undefined) return { ...certificate, names }
  const message = `${authority.host} issued a certificate for another identity: ${problem}.`
  throw new Failure('signing', { message, fix: 'Check that certificate authority.' })
}

/** What Fulcio makes of the tokens of GitHub (github-workflow), of CI systems (the issuer) and of people. */
function policyOfToken({ claims, issuer, subject }: IdentityToken): IdentityPolicy {
  const { federated_claims: federated, job_workflow_ref: workflow, email } = claims
  const address = typeof email === 'string' && email !== '' ? subject : undefined
  return {
    // A token of Dex is by Dex, the certificate names the issuer behind it.
    ...(!isObject(federated) && { issuer: { is: issuer } }),
    ...(typeof workflow === 'string' && { identity: { isOnSomeServer: workflow } }),
    ...(address !== undefined && { identity: { is: address } })
  }
}
