import { exitCodeOf, failureIn, messageOf } from '../../shared/failure.ts'

/** `not-attempted`: another chart of the run is not valid, or `error` says why its registry is unreachable. */
export type Status =
  | 'published'
  | 'unchanged'
  | 'skipped'
  | 'planned'
  | 'not-attempted'
  | 'packaged'
  | 'failed'

/** One chart at one target, as `--json` and the `results` output show it: every key is there, null when unknown. */
export interface Publication {
  /** As it was given. */
  readonly chart: string
  /** `host/path` of the registry base; null when only packaged. */
  readonly target: string | null
  readonly status: Status
  readonly name: string | null
  readonly version: string | null
  readonly appVersion: string | null
  readonly tag: string | null
  /** `host/path/name:tag` */
  readonly ref: string | null
  /** `host/path/name@sha256:…` */
  readonly refDigest: string | null
  /** `host/path/name` */
  readonly subjectName: string | null
  /** Of the manifest. */
  readonly digest: string | null
  readonly chartDigest: string | null
  readonly configDigest: string | null
  /** Bytes of the archive. */
  readonly size: number | null
  /** Path of the archive on this machine. */
  readonly archive: string | null
  readonly contentIdentity: string | null
  readonly warnings: readonly string[]
  readonly error: PublicationError | null
}

export interface PublicationError {
  readonly exitCode: number
  readonly message: string
  readonly fix: string
}

/** A publication of which nothing is known yet, in the order of keys that the JSON shows. */
export function unknownPublication(chart: string, target: string | undefined): Publication {
  return {
    chart,
    target: target ?? null,
    status: 'failed',
    name: null,
    version: null,
    appVersion: null,
    tag: null,
    ref: null,
    refDigest: null,
    subjectName: null,
    digest: null,
    chartDigest: null,
    configDigest: null,
    size: null,
    archive: null,
    contentIdentity: null,
    warnings: [],
    error: null
  }
}

/** Any thrown value as it stands in the JSON. What is no {@link Failure} is a bug of ours, and says so. */
export function errorOf(error: unknown): PublicationError {
  const exitCode = exitCodeOf(error)
  const failure = failureIn(error)
  if (failure) return { exitCode, message: failure.message, fix: failure.fix }
  return {
    exitCode,
    message: `Unexpected error: ${messageOf(error)}.`,
    fix: 'This is a bug in publish-helm-chart: report it with the debug log.'
  }
}
