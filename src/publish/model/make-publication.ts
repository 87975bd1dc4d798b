import type { ChartArtifact } from '../../artifact/artifact.ts'
import type { PackedChart } from '../../artifact/packed-chart.ts'
import { NotAttempted } from '../../oci/errors/not-attempted.ts'
import type { Digest } from '../../oci/spec/blob.ts'
import { referenceText, repositoryText, type Target } from '../../oci/spec/reference.ts'
import { type ChartSource, sourceText } from './chart-source.ts'
import { type PlannedPublication, targetText } from './plan.ts'
import type {
  BlockedPublication,
  ChartFacts,
  FailedPublication,
  PackagedPublication,
  PublicationPlace,
  PublishedContent,
  PushedPublication,
  UnreachablePublication
} from './publication.ts'
import type { StatedTrust } from './statements.ts'

/** What is known of a chart that was packaged, before anything is pushed. */
export interface PackagedFacts {
  readonly chart: string
  readonly target: string | undefined
  readonly warnings: readonly string[]
  readonly facts: ChartFacts
  readonly content: PublishedContent
}

/** The same, with the place that the chart goes to. */
export interface PlannedFacts extends PackagedFacts {
  readonly place: PublicationPlace
}

export function packagedFacts(
  source: ChartSource,
  target: Target | undefined,
  { archive, artifact, warnings, pgpFingerprint }: PackedChart
): PackagedFacts {
  const { name, version, appVersion, type } = archive.metadata
  const { contentIdentity } = archive
  const isLibrary = type === 'library'
  return {
    chart: sourceText(source),
    target: target && targetText(target),
    warnings: warnings.map(({ text }) => text),
    facts: {
      name,
      version,
      appVersion: appVersion || undefined,
      contentIdentity,
      isLibrary,
      pgpFingerprint
    },
    content: contentOf(artifact)
  }
}

export function plannedFacts({ chart, target, reference }: PlannedPublication): PlannedFacts {
  const place = {
    tag: reference.tag,
    ref: referenceText(reference),
    subjectName: repositoryText(reference.repository)
  }
  return { ...packagedFacts(chart.source, target, chart.packed), place }
}

/** An artifact, of this run or described by the manifest in a registry. */
interface DescribedArtifact {
  readonly manifest: { readonly digest: Digest }
  readonly chart: { readonly digest: Digest; readonly size: number }
  readonly config: { readonly digest: Digest }
}

export function contentOf({ manifest, chart, config }: DescribedArtifact): PublishedContent {
  return {
    digest: manifest.digest,
    chartDigest: chart.digest,
    configDigest: config.digest,
    size: chart.size
  }
}

export function blockedPublication(
  { chart, target, warnings, facts, content: { size } }: PackagedFacts,
  seconds: number
): BlockedPublication {
  const reason = 'invalid-chart'
  return { chart, target, warnings, seconds, status: 'not-attempted', reason, facts, size }
}

/** A publication that failed, or that was not attempted since its registry is unreachable. */
export function failedPublication(
  known: PackagedFacts & { readonly place?: PublicationPlace },
  error: unknown,
  seconds: number
): FailedPublication | UnreachablePublication {
  const { chart, target, warnings, facts, place, content } = known
  const common = { chart, target, warnings, seconds, facts, size: content.size }
  if (place && error instanceof NotAttempted) {
    return { ...common, status: 'not-attempted', reason: 'unreachable', place, error }
  }
  return { ...common, status: 'failed', place, error }
}

/** What a push adds to what was known. */
interface Pushed {
  readonly status: PushedPublication['status']
  readonly content: PublishedContent
  readonly warnings: readonly string[]
  readonly stored: ChartArtifact | undefined
  readonly trust: StatedTrust
  /** What failed once it was in its place. */
  readonly error?: unknown
}

export function pushedPublication(
  { chart, target, warnings, facts, place }: PlannedFacts,
  pushed: Pushed,
  seconds: number
): PushedPublication {
  const { status, content, stored, trust, error } = pushed
  return {
    chart,
    target,
    warnings: [...warnings, ...pushed.warnings],
    seconds,
    status,
    facts,
    place,
    content,
    archive: undefined,
    stored,
    trust,
    ...(error !== undefined && { error })
  }
}

export function packagedPublication(known: PackagedFacts, seconds: number): PackagedPublication {
  return { ...known, status: 'packaged', archive: undefined, seconds }
}

/** A chart that is not valid, of which nothing else is known. */
export function invalidPublication(
  { source, target }: { readonly source: ChartSource; readonly target: Target | undefined },
  error: unknown,
  seconds: number
): FailedPublication {
  const about = { chart: sourceText(source), target: target && targetText(target), warnings: [] }
  const unknown = { facts: undefined, place: undefined, size: undefined }
  return { ...about, ...unknown, status: 'failed', error, seconds }
}
