import type { X509Certificate } from '@sigstore/core'
import type { CertificateIdentity } from './policy.ts'

/** Fulcio's extensions (sigstore/fulcio, docs/oid-info.md). */
const FULCIO = '1.3.6.1.4.1.57264.1'

/** What a certificate of Fulcio states about whoever has its key. */
export function certificateIdentity(certificate: X509Certificate): CertificateIdentity {
  return {
    issuer: encoded(certificate, 8) ?? plain(certificate, 1),
    identity: certificate.subjectAltName,
    repository: encoded(certificate, 12),
    repositoryName: plain(certificate, 5),
    ref: encoded(certificate, 14) ?? plain(certificate, 6),
    run: encoded(certificate, 21)
  }
}

/** From .8 on, values are strings of ASN.1. */
function encoded(certificate: X509Certificate, number: number): string | undefined {
  const [content] = certificate.extension(`${FULCIO}.${number}`)?.valueObj.subs ?? []
  return content?.value.toString('utf8')
}

function plain(certificate: X509Certificate, number: number): string | undefined {
  return certificate.extension(`${FULCIO}.${number}`)?.value.toString('utf8')
}
