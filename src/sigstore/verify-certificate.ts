import { createPublicKey } from 'node:crypto'
import type { X509Certificate } from '@sigstore/core'
import type { SignedEntity, TrustMaterial } from '@sigstore/verify'
import { isIssuedByKnown, type KnownParts, knownParts } from './known-parts.ts'
import type { ParsedBundle } from './parse-bundle.ts'
import type { TrustedRoots } from './trusted-root.ts'
import type { Verification } from './verification.ts'
import { faultOf } from './verification-fault.ts'

/** A bundle with a certificate, and the root that knows its authority. */
interface Check {
  readonly entity: SignedEntity
  readonly certificate: X509Certificate
  readonly material: TrustMaterial
}

/** Verifies all of a bundle with a certificate except for what it is about, and for whom the certificate names. */
export async function verifyCertificateBundle(
  { entity, facts }: ParsedBundle,
  roots: TrustedRoots
): Promise<Verification> {
  const { toTrustMaterial } = await import('@sigstore/verify')
  const { key } = entity
  if (key.$case !== 'certificate') throw new Error('a bundle without a certificate')
  const { certificate } = key
  const materials = roots.roots.map((root) => toTrustMaterial(root))
  let reason: string | undefined
  try {
    for (const material of materials) {
      if (!isIssuedByKnown(certificate, material)) continue
      const found = await check({ entity, certificate, material }, roots)
      if (typeof found !== 'string') return { kind: 'valid', facts, warnings: found }
      reason ??= found
    }
    if (reason === undefined) return byUnknownAuthority({ entity, facts, certificate }, roots)
  } catch (error) {
    reason = faultOf(error)
  }
  return { kind: 'invalid', reason, facts }
}

/** Whether one of the roots has the authority that a certificate (DER) names. */
export async function knowAuthority(
  { roots }: TrustedRoots,
  certificate: Buffer
): Promise<boolean> {
  const [{ X509Certificate: Certificate }, { toTrustMaterial }] = await Promise.all([
    import('@sigstore/core'),
    import('@sigstore/verify')
  ])
  const parsed = Certificate.parse(Buffer.from(certificate))
  return roots.some((root) => isIssuedByKnown(parsed, toTrustMaterial(root)))
}

/** What to warn of, or why it is not valid. */
async function check(one: Check, roots: TrustedRoots): Promise<readonly string[] | string> {
  const { entity, material } = one
  const parts = knownParts(entity, material)
  try {
    if (roots.isStrict || parts.unknown.length === 0) await verifyAll(one)
    else await verifyKnown(one, parts)
  } catch (error) {
    return faultOf(error)
  }
  if (roots.isStrict) return []
  return parts.unknown.map((part) => `${part} is not in ${roots.name}, so it was not checked`)
}

/** Each kind of proof that the root has a log or an authority for has to be there. */
async function verifyAll({ entity, material }: Check): Promise<void> {
  const { Verifier } = await import('@sigstore/verify')
  const verifier = new Verifier(material, {
    tlogThreshold: Math.min(material.tlogs.length, 1),
    ctlogThreshold: Math.min(material.ctlogs.length, 1),
    timestampThreshold: 1
  })
  verifier.verify(entity)
}

/**
 * As `verifyAll`, without what the root does not know. The library cannot leave out the log of a certificate, and takes
 * no certificate without a time: so the chain is verified here, as the library does it, at the known times, else at the
 * beginning of the certificate.
 */
async function verifyKnown(one: Check, parts: KnownParts): Promise<void> {
  const { entity, certificate, material } = one
  const [{ Verifier }, { verifyCertificateChain }, { verifySCTs }] = await Promise.all([
    import('@sigstore/verify'),
    import('@sigstore/verify/dist/key/certificate.js'),
    import('@sigstore/verify/dist/key/sct.js')
  ])
  const { tlogEntries, timestamps } = parts
  const times = timestamps.length > 0 ? timestamps.map(timeOf) : [certificate.notBefore]
  for (const time of times) {
    const [leaf, issuer] = verifyCertificateChain(time, certificate, [
      ...material.certificateAuthorities
    ])
    if (!leaf || !issuer) throw new Error('the certificate has no issuer')
    if (parts.isCertificateLogKnown) verifySCTs(leaf, issuer, [...material.ctlogs])
  }
  const publicKey = publicKeyOf(certificate)
  const keyMaterial = { ...material, publicKey: () => ({ publicKey, validFor: () => true }) }
  const hasAllLogs = tlogEntries.length === entity.tlogEntries.length
  const verifier = new Verifier(keyMaterial, {
    tlogThreshold: hasAllLogs ? Math.min(material.tlogs.length, 1) : 0,
    timestampThreshold: 0
  })
  verifier.verify({
    signature: entity.signature,
    key: { $case: 'public-key', hint: '' },
    tlogEntries: [...tlogEntries],
    timestamps: [...timestamps]
  })
}

function timeOf(timestamp: SignedEntity['timestamps'][number]): Date {
  if (timestamp.$case === 'timestamp-authority') return timestamp.timestamp.signingTime
  return new Date(Number(timestamp.tlogEntry.integratedTime) * 1000)
}

/** Whether the rest holds: the signature by the key of a certificate that anybody may have made. */
function byUnknownAuthority(
  {
    entity,
    facts,
    certificate
  }: Pick<ParsedBundle, 'entity' | 'facts'> & { readonly certificate: X509Certificate },
  { isStrict, name }: TrustedRoots
): Verification {
  if (!entity.signature.verifySignature(publicKeyOf(certificate))) {
    return { kind: 'invalid', reason: 'the signature is wrong', facts }
  }
  const reason = `the authority that issued its certificate is not in ${name}`
  if (isStrict) return { kind: 'invalid', reason, facts }
  return { kind: 'unchecked', because: 'unknown-authority', reason, facts }
}

function publicKeyOf(certificate: X509Certificate) {
  return createPublicKey({ key: certificate.publicKey, format: 'der', type: 'spki' })
}
