import type { AttachedBundle } from '../../../src/artifact/attached-bundles.ts'
import { blobOf } from '../../../src/oci/spec/blob.ts'
import { OCI_MANIFEST } from '../../../src/oci/spec/media-types.ts'
import type {
  NewStatement,
  StatementKind,
  StatementSubject,
  Statements
} from '../../../src/publish/model/statements.ts'
import { BUNDLE_TYPE } from '../../../src/sigstore/bundle.ts'
import { bundleManifest } from '../../../src/sigstore/bundle-manifest.ts'

const CREATED = new Date('2026-01-02T03:04:05Z')

function factsOf(kind: StatementKind) {
  return { predicateType: kind, signedBy: { kind: 'key', hint: 'aGludA==' } as const, logs: [] }
}

/** A statement as the fake makes it. */
export function fakeStatement(
  kind: StatementKind,
  subject: StatementSubject['manifest'],
  signer = 'us'
): NewStatement {
  const bundle = Buffer.from(JSON.stringify({ kind, signer, about: subject.digest }))
  const manifest = bundleManifest({ subject, bundle, predicateType: kind, created: CREATED })
  return {
    bundle: blobOf(BUNDLE_TYPE, bundle),
    manifest: blobOf(OCI_MANIFEST, manifest),
    facts: factsOf(kind),
    warnings: []
  }
}

/** Statements without keys and services, which takes its own for valid and all others for foreign. */
export class FakeStatements implements Statements {
  readonly made: string[] = []
  readonly stored: string[] = []
  readonly wanted: readonly StatementKind[]
  /** What making a statement throws. */
  failure: Error | undefined
  /** What storing one throws. */
  storeFailure: Error | undefined

  constructor(...wanted: readonly StatementKind[]) {
    this.wanted = wanted
  }

  async ready(): Promise<void> {}

  async find(
    kind: StatementKind,
    { manifest }: StatementSubject,
    attached: readonly AttachedBundle[]
  ) {
    const wanted = fakeStatement(kind, manifest).bundle.bytes
    const found = attached.find(({ bundle }) => bundle.equals(wanted))
    return found && { attached: found, facts: factsOf(kind), warnings: [] }
  }

  async make(kind: StatementKind, { manifest }: StatementSubject): Promise<NewStatement> {
    if (this.failure) throw this.failure
    this.made.push(kind)
    return fakeStatement(kind, manifest)
  }

  async store(_: string, bundle: Buffer): Promise<string | undefined> {
    if (this.storeFailure) throw this.storeFailure
    this.stored.push(JSON.parse(bundle.toString('utf8')).kind)
    return 'https://github.com/acme/charts/attestations/1'
  }
}
