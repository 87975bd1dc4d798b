import {
  type AttachedBundle,
  type AttachedBundles,
  MOST_REFERRERS,
  readAttachedBundles
} from '../../artifact/attached-bundles.ts'
import type { RegistryClient } from '../../oci/client.ts'
import type { Attachments } from '../../oci/push.ts'
import { blobOf, type Digest } from '../../oci/spec/blob.ts'
import { type Reference, type Repository, repositoryText } from '../../oci/spec/reference.ts'
import { Failure } from '../../shared/failure.ts'
import { EMPTY_CONFIG } from '../../sigstore/bundle-manifest.ts'
import type {
  AttachedStatement,
  FoundStatement,
  NewStatement,
  StatementKind,
  StatementSubject,
  Statements
} from '../model/statements.ts'

/** What is to be stated about one artifact. */
export interface Stating {
  readonly statements: Pick<Statements, 'wanted' | 'find' | 'make'>
  readonly subject: StatementSubject
  /** Why a statement would not be true, as a sentence; undefined where it would be. */
  readonly whyNot: (kind: StatementKind) => Promise<string | undefined>
  /** Bundles that will be attached in any case: those that are copied. */
  readonly known?: readonly AttachedBundle[]
}

/** A statement that was wanted, is not there, and may not be made. */
export interface AbsentStatement {
  readonly kind: StatementKind
  readonly why: string
}

/** The statements about an artifact, found or made, and what of them is left to be attached. */
export interface PreparedStatements {
  readonly attached: readonly AttachedStatement[]
  readonly absent: readonly AbsentStatement[]
  readonly attachments: Attachments
  readonly warnings: readonly string[]
  /** The bundle of the provenance. */
  readonly provenance: Buffer | undefined
}

interface Place {
  readonly client: Pick<
    RegistryClient,
    'listReferrers' | 'getManifestAt' | 'getBlob' | 'openUploads'
  >
  readonly reference: Reference
}

/** Statements on their way. */
export interface Preparation {
  /** Settles when what is attached has been read: from then on the registry is not waited for. */
  readonly read: Promise<unknown>
  /** @throws Failure */
  readonly prepared: Promise<PreparedStatements>
}

/**
 * Looks at what is attached to an artifact, and makes those statements that are not there, so that running again adds none.
 */
export function prepareStatements(stating: Stating, place: Place): Preparation {
  const { client, reference } = place
  const read = readAttachedBundles(client, reference.repository, stating.subject.manifest.digest)
  const prepared = read.then((found) => prepareBeside(found, stating, place))
  // Nobody may wait for them any more.
  prepared.catch(() => undefined)
  return { read, prepared }
}

async function prepareBeside(
  found: AttachedBundles,
  stating: Stating,
  { client, reference: { repository } }: Place
): Promise<PreparedStatements> {
  const { digest } = stating.subject.manifest
  const { wanted } = stating.statements
  // The sessions are open by the time that the signatures are logged.
  const opensUpload = once(() => client.openUploads(repository, wanted.length + 1))
  const { known = [] } = stating
  const bundles = [...found.bundles, ...known]
  const all = { bundles, total: found.total + known.length }
  const place = { found: all, repository, opensUpload }
  const prepared = await Promise.all(wanted.map((kind) => prepareOne(kind, stating, place)))
  const made = prepared.flatMap((one) => ('made' in one ? [one.made] : []))
  return {
    attached: prepared.flatMap(attachedOf),
    absent: prepared.flatMap((one) => ('why' in one ? [one] : [])),
    attachments: attachmentsOf(made, found),
    warnings: [
      ...new Set([...goneWarnings(found, repository, digest), ...prepared.flatMap(warningsOf)])
    ],
    provenance: prepared.map(provenanceOf).find((bundle) => bundle !== undefined)
  }
}

type PreparedStatement =
  | { readonly kind: StatementKind; readonly own: FoundStatement }
  | { readonly kind: StatementKind; readonly made: NewStatement }
  | AbsentStatement

interface AttachedPlace {
  readonly found: Pick<AttachedBundles, 'bundles' | 'total'>
  readonly repository: Repository
  /** Called when it is certain that something will be uploaded. */
  readonly opensUpload: () => void
}

async function prepareOne(
  kind: StatementKind,
  { statements, subject, whyNot }: Stating,
  { found, repository, opensUpload }: AttachedPlace
): Promise<PreparedStatement> {
  const own = await statements.find(kind, subject, found.bundles)
  if (own) return { kind, own }
  const why = await whyNot(kind)
  if (why !== undefined) return { kind, why }
  if (found.total >= MOST_REFERRERS) throw tooMany(repository, subject.manifest.digest)
  opensUpload()
  return { kind, made: await statements.make(kind, subject) }
}

function attachedOf(one: PreparedStatement): readonly AttachedStatement[] {
  const { kind } = one
  if ('own' in one) {
    const { attached, facts } = one.own
    return [{ kind, state: 'present', digest: attached.digest, facts }]
  }
  if (!('made' in one)) return []
  const { manifest, facts } = one.made
  return [{ kind, state: 'signed', digest: manifest.digest, facts }]
}

function warningsOf(one: PreparedStatement): readonly string[] {
  if ('why' in one) return []
  const { warnings } = 'own' in one ? one.own : one.made
  return warnings.map((warning) => `The ${one.kind}: ${warning}.`)
}

function provenanceOf(one: PreparedStatement): Buffer | undefined {
  if (one.kind !== 'attestation' || 'why' in one) return undefined
  return 'own' in one ? one.own.attached.bundle : one.made.bundle.bytes
}

function attachmentsOf(
  made: readonly NewStatement[],
  { keptBy }: Pick<AttachedBundles, 'keptBy'>
): Attachments {
  const config = blobOf(EMPTY_CONFIG.mediaType, EMPTY_CONFIG.bytes)
  const blobs = made.length === 0 ? [] : [config, ...made.map(({ bundle }) => bundle)]
  return { keptBy, blobs, manifests: made.map(({ manifest }) => manifest) }
}

function goneWarnings(
  { gone }: AttachedBundles,
  repository: Repository,
  digest: Digest
): readonly string[] {
  return gone.map((lost) => {
    return `${repositoryText(repository)}@${digest} lists ${lost} as attached, but the registry no longer has it: a cleanup may have removed it.`
  })
}

function tooMany(repository: Repository, digest: Digest): Failure {
  const message = `${repositoryText(repository)}@${digest} has ${MOST_REFERRERS} or more signatures and attestations, the most that verifiers read.`
  const fix = 'Remove some of them in the registry, then run it again.'
  return new Failure('signing', { message, fix })
}

function once(work: () => void): () => void {
  let isDone = false
  return () => {
    if (!isDone) work()
    isDone = true
  }
}
