import type { ChartArtifact } from '../../artifact/artifact.ts'
import type { NotAttempted } from '../../oci/errors/not-attempted.ts'
import type { Digest } from '../../oci/spec/blob.ts'
import type { StatedTrust } from './statements.ts'

/** One chart at one target, with the result. */
export type Publication =
  | PushedPublication
  | PackagedPublication
  | BlockedPublication
  | UnreachablePublication
  | FailedPublication

export type Status = Publication['status']

interface Common {
  /** As it was given. */
  readonly chart: string
  /** `host/path` of the registry base; undefined when only packaged. */
  readonly target: string | undefined
  readonly warnings: readonly string[]
  /** How long it took: the chart's packaging, and its own conversation with the registry. */
  readonly seconds: number
}

/** What an archive says of its chart. */
export interface ChartFacts {
  readonly name: string
  readonly version: string
  readonly appVersion: string | undefined
  readonly contentIdentity: string
  /** A library chart can be pulled, but not installed. */
  readonly isLibrary: boolean
  /** Of the PGP key that this run signed it with. */
  readonly pgpFingerprint?: string | undefined
}

/** Where a chart goes. */
export interface PublicationPlace {
  readonly tag: string
  /** `host/path/name:tag` */
  readonly ref: string
  /** `host/path/name` */
  readonly subjectName: string
}

/** An artifact: what was packaged, or what the registry has. */
export interface PublishedContent {
  /** Of the manifest. */
  readonly digest: Digest
  readonly chartDigest: Digest
  readonly configDigest: Digest
  /** Bytes of the archive. */
  readonly size: number
}

/** `content` is what the registry has now, or in a dry run would have. */
export interface PushedPublication extends Common {
  readonly status: 'published' | 'unchanged' | 'skipped' | 'planned'
  readonly facts: ChartFacts
  readonly place: PublicationPlace
  readonly content: PublishedContent
  /** Path of the archive on this machine. */
  readonly archive: string | undefined
  /** What is attached to it. */
  readonly trust: StatedTrust
  /** What the registry has, where its archive is to be saved in place of the one that this run packaged. */
  readonly stored: ChartArtifact | undefined
  /** What failed once the version was in its place. */
  readonly error?: unknown
}

export interface PackagedPublication extends Common {
  readonly status: 'packaged'
  readonly facts: ChartFacts
  readonly content: PublishedContent
  readonly archive: string | undefined
}

/** Not attempted, since another chart of the run is not valid. */
export interface BlockedPublication extends Common {
  readonly status: 'not-attempted'
  readonly reason: 'invalid-chart'
  readonly facts: ChartFacts
  readonly size: number
}

/** Not attempted, since its registry did not answer other publications. */
export interface UnreachablePublication extends Common {
  readonly status: 'not-attempted'
  readonly reason: 'unreachable'
  readonly facts: ChartFacts
  readonly place: PublicationPlace
  readonly size: number
  readonly error: NotAttempted
}

/** With what was known when it failed: nothing of a chart that is not valid. It has no digest that anybody could sign. */
export interface FailedPublication extends Common {
  readonly status: 'failed'
  readonly facts: ChartFacts | undefined
  readonly place: PublicationPlace | undefined
  readonly size: number | undefined
  /** The thrown value. */
  readonly error: unknown
}

/** The thrown value that a publication is reported with; undefined where nothing failed. */
export function errorIn(publication: Publication): unknown {
  if ('content' in publication) return 'error' in publication ? publication.error : undefined
  if (publication.status === 'failed') return publication.error
  // Reported together with the publications whose failure it was.
  return isUnreachable(publication) ? publication.error.first : undefined
}

function isUnreachable(publication: Publication): publication is UnreachablePublication {
  return publication.status === 'not-attempted' && publication.reason === 'unreachable'
}

export function isBlocked(publication: Publication): publication is BlockedPublication {
  return publication.status === 'not-attempted' && publication.reason === 'invalid-chart'
}

/** The publication with more warnings, which come first. */
export function withWarnings(publication: Publication, warnings: readonly string[]): Publication {
  return { ...publication, warnings: [...warnings, ...publication.warnings] }
}
