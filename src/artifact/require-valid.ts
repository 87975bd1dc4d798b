import type { ArchiveReading, ChartArchive } from '../chart/archive.ts'
import { type ChartProblem, fixOf, type Verdict, verdictOf } from '../chart/model/problem.ts'
import { failureOf, type SourceLocation } from '../shared/failure.ts'
import type { SecretRegistry } from '../shared/secret-registry.ts'
import type { SecretSearch } from '../shared/secret-search.ts'
import type { ChartArtifact } from './artifact.ts'
import { PROVENANCE_TYPE } from './media-types.ts'
import { archiveName, provenanceProblems } from './provenance.ts'
import { runSecretProblems } from './run-secrets.ts'

/** What decides whether a chart may be published. */
export interface ValidationOptions {
  readonly requireGenuine: boolean
  readonly secrets: SecretRegistry
  /** Where in the chart's directory a problem is to be fixed; without it no problem has a place. */
  readonly placeOf?: (problem: ChartProblem) => SourceLocation | undefined
}

/** A chart that may be published. */
export interface ValidChart {
  readonly archive: ChartArchive
  readonly artifact: ChartArtifact
  /** What is worth knowing of the chart though it keeps nothing from being published. */
  readonly warnings: readonly PackedWarning[]
  /** The secrets that it was found not to hold. */
  readonly searched: SecretSearch
  readonly verdict: Verdict
}

export interface PackedWarning {
  readonly text: string
  readonly place: SourceLocation | undefined
}

/**
 * The chart of a reading with its artifact, when both may be published. No secret of the run may be in them.
 * @throws Failure chart, with all that keeps it from being published
 */
export function requireValid(
  reading: ArchiveReading,
  artifactOf: (archive: ChartArchive) => ChartArtifact,
  options: ValidationOptions
): ValidChart {
  const archive = requireNoErrors(reading.archive, reading.problems, options)
  const artifact = artifactOf(archive)
  const searched = options.secrets.search()
  const problems = [
    ...reading.problems,
    ...runSecretProblems(reading.files, artifact, searched),
    ...provenancesOf(artifact).flatMap((bytes) => {
      return provenanceProblems(bytes, artifact.chart.digest, archiveName(archive.metadata))
    })
  ]
  requireNoErrors(archive, problems, options)
  const warnings = problems.map((problem) => {
    const fix = fixOf(problem, options.requireGenuine)
    return { text: `${problem.message} ${fix}`, place: options.placeOf?.(problem) }
  })
  return { archive, artifact, verdict: verdictOf(problems), warnings, searched }
}

function requireNoErrors(
  archive: ChartArchive | undefined,
  problems: readonly ChartProblem[],
  { requireGenuine, placeOf }: ValidationOptions
): ChartArchive {
  const errors = obstaclesIn(problems, requireGenuine)
  if (archive && errors.length === 0) return archive
  throw failureOf(
    'chart',
    errors.map((problem) => {
      return { ...problem, fix: fixOf(problem, requireGenuine), place: placeOf?.(problem) }
    })
  )
}

/** Those problems that keep an archive from being published. */
export function obstaclesIn<T extends ChartProblem>(
  problems: readonly T[],
  requireGenuine: boolean
): readonly T[] {
  return problems.filter(({ allows }) => {
    return allows === 'refused' || (allows === 'loadable' && requireGenuine)
  })
}

function provenancesOf({ layers }: ChartArtifact): readonly Buffer[] {
  return layers.filter(({ mediaType }) => mediaType === PROVENANCE_TYPE).map(({ bytes }) => bytes)
}
