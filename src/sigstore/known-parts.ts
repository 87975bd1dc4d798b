import type { X509Certificate } from '@sigstore/core'
import type { SignedEntity, TrustMaterial } from '@sigstore/verify'

type Timestamp = SignedEntity['timestamps'][number]

/** The parts of a bundle that a root can judge, and in words those that it cannot. */
export interface KnownParts {
  readonly tlogEntries: SignedEntity['tlogEntries']
  readonly timestamps: readonly Timestamp[]
  /** Whether one of the logs of certificates is known, or there is none in the root. */
  readonly isCertificateLogKnown: boolean
  readonly unknown: readonly string[]
}

/** Sorts what a bundle has by whether a root knows the authority or log it is by. */
export function knownParts(entity: SignedEntity, material: TrustMaterial): KnownParts {
  const { tlogEntries, timestamps, key } = entity
  const isLogKnown = ({ logId }: SignedEntity['tlogEntries'][number]) => {
    return material.tlogs.some(({ logID }) => logID.equals(logId.keyId))
  }
  const isKnown = (timestamp: Timestamp) => {
    if (timestamp.$case === 'transparency-log') return isLogKnown(timestamp.tlogEntry)
    return isAuthorityKnown(timestamp, material)
  }
  const known = {
    tlogEntries: tlogEntries.filter(isLogKnown),
    timestamps: timestamps.filter(isKnown)
  }
  const stamps = timestamps.filter(({ $case }) => $case === 'timestamp-authority')
  const isCertificateLogKnown =
    key.$case !== 'certificate' || hasKnownLog(key.certificate, material)
  const unknown = [
    known.tlogEntries.length < tlogEntries.length ? 'the transparency log' : undefined,
    stamps.some((stamp) => !isKnown(stamp)) ? 'the timestamp authority' : undefined,
    isCertificateLogKnown ? undefined : 'the log of the certificate'
  ].filter((part) => part !== undefined)
  return { ...known, isCertificateLogKnown, unknown }
}

/** Whether an authority of a root may have issued a certificate: by the name of the key, or of the issuer. */
export function isIssuedByKnown(certificate: X509Certificate, material: TrustMaterial): boolean {
  const wanted = certificate.extAuthorityKeyID?.keyIdentifier
  return material.certificateAuthorities.some(({ certChain }) => {
    return certChain.some((authority) => {
      const found = authority.extSubjectKeyID?.keyIdentifier
      if (wanted && found) return found.equals(wanted)
      return authority.subject.equals(certificate.issuer)
    })
  })
}

function isAuthorityKnown(
  { timestamp }: Extract<Timestamp, { $case: 'timestamp-authority' }>,
  { timestampAuthorities }: TrustMaterial
): boolean {
  return timestampAuthorities.some(({ certChain: [leaf] }) => {
    return (
      leaf?.serialNumber.equals(timestamp.signerSerialNumber) &&
      leaf.issuer.equals(timestamp.signerIssuer)
    )
  })
}

function hasKnownLog(certificate: X509Certificate, { ctlogs }: TrustMaterial): boolean {
  const stamps = certificate.extSCT?.signedCertificateTimestamps ?? []
  if (stamps.length === 0 || ctlogs.length === 0) return true
  return stamps.some((stamp) => ctlogs.some(({ logID }) => logID.equals(stamp.logID)))
}
