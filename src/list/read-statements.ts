import { MOST_REFERRERS, type ReferrerClient } from '../artifact/attached-bundles.ts'
import { EMPTY_CONFIG_TYPE, PROVENANCE_TYPE } from '../artifact/media-types.ts'
import { type ChartProblem, chartWarning } from '../chart/model/problem.ts'
import type { Referrer } from '../oci/referrers.ts'
import { type Digest, isDigest } from '../oci/spec/blob.ts'
import { parseManifest } from '../oci/spec/manifest.ts'
import type { Repository } from '../oci/spec/reference.ts'
import { Failure } from '../shared/failure.ts'
import { isObject, parseJson } from '../shared/json.ts'
import { bundleOfManifest, isBundleType, predicateIn } from '../sigstore/bundle-manifest.ts'
import { statementKind } from '../sigstore/statement.ts'
import type { ListedStatement } from './listing.ts'

export type StatementClient = Pick<ReferrerClient, 'listReferrers' | 'getManifestAt'>

/** What is attached to a manifest. */
export interface FoundStatements {
  /** Null where the list could not be read. */
  readonly statements: readonly ListedStatement[] | null
  readonly problems: readonly ChartProblem[]
}

interface Subject {
  readonly repository: Repository
  readonly digest: Digest
  readonly manifest: Buffer
  /** Suffixes of cosign's own tags for it. */
  readonly cosignTags: readonly string[]
}

/**
 * Lists what is attached to a manifest. Nothing of it is verified: the list of referrers says what each is, and where it
 * does not, the manifest of it is read. What cannot be read is a warning.
 */
export async function readStatements(
  client: StatementClient,
  { repository, digest, manifest, cosignTags }: Subject
): Promise<FoundStatements> {
  const besides = [...provenanceIn(manifest), ...cosignTags.map(() => COSIGN_TAG)]
  try {
    const { referrers } = await client.listReferrers(repository, digest)
    const candidates = referrers.slice(0, MOST_REFERRERS)
    const found = await Promise.all(candidates.map((one) => statementOf(client, repository, one)))
    return {
      statements: [...found.flatMap((statement) => statement ?? []), ...besides],
      problems: referrers.length > MOST_REFERRERS ? [unread(referrers.length)] : []
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return { statements: null, problems: [unreadable(error)] }
  }
}

const COSIGN_TAG: ListedStatement = { kind: 'cosign-tag', predicateType: null, digest: null }
/** notaryproject/specifications, signature-specification. */
const NOTATION_TYPE = 'application/vnd.cncf.notary.signature'

function provenanceIn(manifest: Buffer): readonly ListedStatement[] {
  const reading = parseManifest(manifest)
  const layers = 'fault' in reading ? [] : reading.manifest.layers
  return layers
    .filter(({ mediaType }) => mediaType === PROVENANCE_TYPE)
    .map(({ digest }) => ({ kind: 'pgp', predicateType: null, digest }))
}

/** Undefined for what is no statement, such as a list of components. */
async function statementOf(
  client: StatementClient,
  repository: Repository,
  referrer: Referrer
): Promise<ListedStatement | undefined> {
  const { artifactType, digest, annotations } = referrer
  if (artifactType === NOTATION_TYPE) return { kind: 'notation', predicateType: null, digest }
  const isBundle = isBundleType(artifactType)
  const stated = predicateIn(annotations)
  if (isBundle && stated !== undefined) return bundle(stated, digest)
  // cosign 3.0 gives the type of the config in place of that of the bundle, and no list has to repeat annotations.
  const mayBeBundle = isBundle || artifactType === '' || artifactType === EMPTY_CONFIG_TYPE
  const read = mayBeBundle ? await readManifest(client, repository, digest) : undefined
  if (read && (isBundle || bundleOfManifest(read))) return bundle(predicateOf(read), digest)
  return isBundle ? bundle(undefined, digest) : undefined
}

function bundle(predicateType: string | undefined, digest: string): ListedStatement {
  return { kind: statementKind(predicateType), predicateType: predicateType ?? null, digest }
}

async function readManifest(
  client: StatementClient,
  repository: Repository,
  digest: string
): Promise<Buffer | undefined> {
  if (!isDigest(digest)) return undefined
  const answer = await client.getManifestAt(repository, digest)
  return answer.kind === 'found' ? answer.bytes : undefined
}

function predicateOf(manifest: Buffer): string | undefined {
  const parsed = parseJson(manifest)
  return isObject(parsed) ? predicateIn(parsed['annotations']) : undefined
}

function unread(count: number): ChartProblem {
  const message = `${count} manifests are attached, of which ${MOST_REFERRERS} were counted.`
  return chartWarning('statements-unread', message, 'Remove those that are not needed.')
}

function unreadable({ message, fix }: Failure): ChartProblem {
  return chartWarning('statement-unreadable', message, fix)
}
