import { exitCodeOf, failureIn, messageOf } from '../../shared/failure.ts'
import type {
  ChartFacts,
  Publication,
  PublicationPlace,
  PublishedContent,
  Status
} from './publication.ts'
import type { StatedTrust, StatementKind } from './statements.ts'

/** A publication as `--json` and the `results` output show it: every key is there, null when unknown. */
export interface PublicationJson {
  readonly chart: string
  readonly target: string | null
  readonly status: Status
  readonly name: string | null
  readonly version: string | null
  readonly appVersion: string | null
  readonly tag: string | null
  readonly ref: string | null
  /** `host/path/name@sha256:…` */
  readonly refDigest: string | null
  readonly subjectName: string | null
  readonly digest: string | null
  readonly chartDigest: string | null
  readonly configDigest: string | null
  readonly size: number | null
  readonly archive: string | null
  readonly contentIdentity: string | null
  /** `signed`, `present`, `absent` or `off`. */
  readonly signature: string | null
  /** Of the manifests that attach them. */
  readonly signatureDigest: string | null
  readonly attestationDigest: string | null
  readonly attestationUrl: string | null
  readonly warnings: readonly string[]
  readonly error: ErrorJson | null
}

export interface ErrorJson {
  readonly exitCode: number
  readonly message: string
  readonly fix: string
}

export function publicationJson(publication: Publication): PublicationJson {
  const { chart, target = null, status, facts, warnings } = publication
  const place = 'place' in publication ? publication.place : undefined
  const content = 'content' in publication ? publication.content : undefined
  const size = 'size' in publication ? publication.size : content?.size
  return {
    chart,
    target,
    status,
    ...namesOf(facts),
    ...referencesOf(place, content),
    ...digestsOf(content),
    size: size ?? null,
    archive: ('archive' in publication ? publication.archive : undefined) ?? null,
    contentIdentity: facts?.contentIdentity ?? null,
    ...trustOf('trust' in publication ? publication.trust : undefined),
    warnings,
    error: errorOf(publication)
  }
}

function trustOf(trust: StatedTrust | undefined) {
  const digestOf = (wanted: StatementKind) => {
    return trust?.statements.find(({ kind }) => kind === wanted)?.digest ?? null
  }
  return {
    signature: trust?.signature ?? null,
    signatureDigest: digestOf('signature'),
    attestationDigest: digestOf('attestation'),
    attestationUrl: trust?.attestationUrl ?? null
  }
}

function errorOf(publication: Publication): ErrorJson | null {
  const error = 'error' in publication ? publication.error : undefined
  return error === undefined ? null : errorJson(error)
}

function namesOf(facts: ChartFacts | undefined) {
  if (!facts) return { name: null, version: null, appVersion: null }
  const { name, version, appVersion = null } = facts
  return { name, version, appVersion }
}

function referencesOf(place: PublicationPlace | undefined, content: PublishedContent | undefined) {
  if (!place) return { tag: null, ref: null, refDigest: null, subjectName: null }
  const { tag, ref, subjectName } = place
  return { tag, ref, refDigest: content ? `${subjectName}@${content.digest}` : null, subjectName }
}

function digestsOf(content: PublishedContent | undefined) {
  if (!content) return { digest: null, chartDigest: null, configDigest: null }
  const { digest, chartDigest, configDigest } = content
  return { digest, chartDigest, configDigest }
}

/** Any thrown value as it stands in the JSON. What is not a {@link Failure} is a bug of ours, and says so. */
export function errorJson(error: unknown): ErrorJson {
  const exitCode = exitCodeOf(error)
  const failure = failureIn(error)
  if (failure) return { exitCode, message: failure.message, fix: failure.fix }
  return {
    exitCode,
    message: `Unexpected error: ${messageOf(error)}.`,
    fix: 'This is a bug in publish-helm-chart: report it with the debug log.'
  }
}
