import type { ChartArtifact } from '../../artifact/artifact.ts'
import type { PackedChart } from '../../artifact/packed-chart.ts'
import { NotAttempted } from '../../oci/errors/not-attempted.ts'
import { referenceText, repositoryText, type Target } from '../../oci/spec/reference.ts'
import type { PlannedPublication } from './plan.ts'
import { errorOf, type Publication, unknownPublication } from './publication.ts'
import type { PushResult } from './push-result.ts'

/** A publication, with what reports and saved archives need of it. */
export interface Outcome {
  readonly publication: Publication
  /** The thrown value that ended it when it failed. */
  readonly error?: unknown
  /** How long it took: the chart's packaging, and its own conversation with the registry. */
  readonly seconds: number
  /** A library chart can be pulled, but not installed. */
  readonly isLibrary?: boolean
  /** What the registry has, where that is not what this run packaged and its archive is to be saved. */
  readonly stored?: ChartArtifact | undefined
}

/** What is known of a chart that was packaged, before anything is pushed. */
export function packedPublication(
  chart: string,
  target: Target | undefined,
  { archive, artifact, warnings }: PackedChart
): Publication {
  const { name, version, appVersion } = archive.metadata
  return {
    ...unknownPublication(chart, target && targetText(target)),
    name,
    version,
    appVersion: appVersion || null,
    digest: artifact.manifest.digest,
    chartDigest: artifact.chart.digest,
    configDigest: artifact.config.digest,
    size: archive.bytes.length,
    contentIdentity: archive.contentIdentity,
    warnings: warnings.map(({ text }) => text)
  }
}

/** What is known of a planned publication beside its chart. */
export function plannedPublication({ chart, target, reference }: PlannedPublication): Publication {
  return {
    ...packedPublication(chart.path, target, chart.packed),
    tag: reference.tag,
    ref: referenceText(reference),
    subjectName: repositoryText(reference.repository)
  }
}

/** The publication with what became of it. */
export function pushedPublication(publication: Publication, settled: PushResult): Publication {
  const { status, digest, chartDigest, configDigest, size, warnings } = settled
  return {
    ...publication,
    status,
    digest,
    refDigest: `${publication.subjectName}@${digest}`,
    chartDigest: chartDigest ?? null,
    configDigest: configDigest ?? null,
    size: size ?? null,
    warnings: [...publication.warnings, ...warnings]
  }
}

/** A publication that failed, or was not attempted since its registry is unreachable. */
export function failedOutcome(publication: Publication, error: unknown, seconds: number): Outcome {
  const unsettled = { ...withoutDigests(publication), error: errorOf(error) }
  if (!(error instanceof NotAttempted)) {
    return { publication: { ...unsettled, status: 'failed' }, error, seconds }
  }
  // Reported together with the publications whose failure it was.
  return { publication: { ...unsettled, status: 'not-attempted' }, error: error.first, seconds }
}

/** A publication that was not attempted, since another chart of the run is not valid. */
export function notAttempted(publication: Publication, seconds: number): Outcome {
  return { publication: { ...withoutDigests(publication), status: 'not-attempted' }, seconds }
}

/** What is not in the registry has no digest that anybody should sign. */
function withoutDigests(publication: Publication): Publication {
  const unsettled = { digest: null, refDigest: null, chartDigest: null, configDigest: null }
  return { ...publication, ...unsettled }
}

/** The outcome with more warnings, which come first. */
export function withWarnings(
  { publication, ...outcome }: Outcome,
  warnings: readonly string[]
): Outcome {
  const all = [...warnings, ...publication.warnings]
  return { ...outcome, publication: { ...publication, warnings: all } }
}

/** `host/path` of a target. */
export function targetText({ host, path }: Target): string {
  return path === '' ? host : `${host}/${path}`
}
