import type { ArchiveReading } from '../chart/archive.ts'
import { type ChartProblem, fixOf, type Verdict, verdictOf } from '../chart/model/problem.ts'
import type { DependencyStatus } from '../directory/dependency-status.ts'
import type { RegistryAccess } from '../oci/access.ts'
import type { ArtifactReference } from '../oci/spec/artifact-reference.ts'

type Severity = 'error' | 'warning'

interface InspectionProblem {
  readonly code: string
  readonly severity: Severity
  readonly message: string
  readonly fix: string
}

/** What could be found out about an input beside its problems; null where nothing could. */
export interface InspectedFacts {
  readonly name: string | null
  readonly version: string | null
  readonly tag: string | null
  /** Of the manifest: the one in the registry, or the one that a push of the archive would write. */
  readonly digest: string | null
  readonly chartDigest: string | null
  readonly configDigest: string | null
  /** Bytes of the archive. */
  readonly size: number | null
  readonly contentIdentity: string | null
}

/** One input of `inspect`, as `--json` shows it: every key is there. */
export interface Inspection extends InspectedFacts {
  /** As it was given. */
  readonly input: string
  readonly verdict: Verdict
  readonly problems: readonly InspectionProblem[]
  /** Only of a chart directory. */
  readonly dependencies?: readonly DependencyStatus[]
}

/** What an archive says of itself, as far as it could be read. */
export function factsOfReading({ metadata, archive }: ArchiveReading): Partial<InspectedFacts> {
  return {
    name: metadata?.name || null,
    version: metadata?.version || null,
    contentIdentity: archive?.contentIdentity ?? null
  }
}

/** All that looking at an input gave. */
export interface Finding {
  readonly problems: readonly ChartProblem[]
  readonly facts: Partial<InspectedFacts>
  /** Of a chart directory, which is at best loadable: helm has not packaged it yet. */
  readonly dependencies?: readonly DependencyStatus[]
}

/** The inspection that a finding amounts to, in the order of keys that the JSON shows. */
export function inspectionOf(input: string, finding: Finding, requireGenuine: boolean): Inspection {
  const { problems, facts, dependencies } = finding
  const verdict = verdictOf(problems)
  return {
    input,
    verdict: dependencies && verdict === 'genuine' ? 'loadable' : verdict,
    problems: problems.map((problem) => {
      const { code, allows, message } = problem
      const fix = fixOf(problem, requireGenuine)
      return { code, severity: severityOf(allows, requireGenuine), message, fix }
    }),
    ...UNKNOWN,
    ...facts,
    ...(dependencies && { dependencies })
  }
}

const UNKNOWN: InspectedFacts = {
  name: null,
  version: null,
  tag: null,
  digest: null,
  chartDigest: null,
  configDigest: null,
  size: null,
  contentIdentity: null
}

/** An error keeps a chart from being published, a warning does not. */
function severityOf(allows: Verdict, requireGenuine: boolean): Severity {
  const isError = allows === 'refused' || (allows === 'loadable' && requireGenuine)
  return isError ? 'error' : 'warning'
}

/** One thing to inspect: a file, or an artifact in a registry. */
export type InspectInput =
  | { readonly input: string; readonly path: string }
  | { readonly input: string; readonly reference: ArtifactReference }

export interface InspectRequest extends RegistryAccess {
  readonly inputs: readonly InspectInput[]
  readonly requireGenuine: boolean
}
