// Artifacts with bundles of ours: one for each log and each means.
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { accessForTests } from '../../__tests__/support/sigstore/access.ts'
import type { SignedRegistry } from '../../__tests__/support/sigstore/attach.ts'
import type { Issuer } from '../../__tests__/support/sigstore/issuer.ts'
import { type Artifact, blobOf } from '../../src/oci/spec/blob.ts'
import { takeIdentitySources } from '../../src/sigstore/identity-sources.ts'
import { Signer, type SigningMeans } from '../../src/sigstore/signer.ts'
import type { SigningServices } from '../../src/sigstore/signing-services.ts'
import { provenanceStatement, signatureStatement } from '../../src/sigstore/statement.ts'
import { readTrustedRoots } from '../../src/sigstore/trusted-root.ts'

const SERVER = 'https://github.com'

export type Means = SigningMeans['kind']

/** Where signatures are logged. */
export interface Log {
  readonly title: string
  readonly services: SigningServices
  readonly trustedRoot: string
  /** What is signed with. */
  readonly means: readonly Means[]
}

export interface Signed {
  readonly ref: string
  readonly log: Log
  readonly means: Means
  /** The public key as PEM; undefined where a certificate says who signed. */
  readonly key: string | undefined
}

interface Place {
  readonly registry: SignedRegistry
  readonly issuer: Issuer
}

/** Publishes an artifact with a signature, and with provenance where there is an identity to state it. */
export async function publishSigned(
  means: Means,
  log: Log,
  { registry, issuer }: Place
): Promise<Signed> {
  const access = accessForTests()
  const roots = await readTrustedRoots(log.trustedRoot, access.signal)
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const sources = takeIdentitySources({ ...issuer.variables }, access.secrets)
  const { services } = log
  const kinds = {
    key: { kind: 'key', key: pair, services },
    keyless: { kind: 'keyless', sources, services }
  } satisfies Record<Means, SigningMeans>
  const signer = new Signer(kinds[means], { access, roots })
  try {
    const artifact = artifactOf(`${means}, ${log.title}`)
    await registry.push(artifact)
    const subject = { name: `${registry.host}/team/demo`, digest: artifact.manifest.digest }
    const { identity } = await signer.prepare()
    const provenance = identity ? [provenanceStatement(subject, identity, SERVER)] : []
    for (const statement of [signatureStatement(subject), ...provenance]) {
      const { bundle } = await signer.sign(statement)
      await registry.attach(artifact, bundle, statement.predicateType)
    }
    const key = means === 'key' ? pemOf(pair.publicKey) : undefined
    return { ref: registry.refOf(artifact), log, means, key }
  } finally {
    await signer.close()
  }
}

export function pemOf(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString()
}

function artifactOf(text: string): Artifact {
  const config = blobOf('application/vnd.test.config', Buffer.from(JSON.stringify({ text })))
  const { mediaType, digest, size } = config
  const type = 'application/vnd.oci.image.manifest.v1+json'
  const described = { mediaType, digest, size }
  const content = { schemaVersion: 2, mediaType: type, config: described, layers: [] }
  return { config, layers: [], manifest: blobOf(type, Buffer.from(JSON.stringify(content))) }
}
