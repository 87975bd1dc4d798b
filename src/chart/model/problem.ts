import type { Problem } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'

/**
 * What an archive is good for. `genuine`: it has every fingerprint of `helm package`. `loadable`: Helm
 * can load and push it, but a fingerprint is missing. `refused`: Helm refuses it, or it cannot be pushed,
 * or it holds what no chart may hold.
 */
export type Verdict = 'genuine' | 'loadable' | 'refused'

/** Something to know about a chart: a stable kebab-case code beside the sentence and its fix. */
export interface ChartProblem extends Problem {
  readonly code: string
  /** The best verdict that a chart with this problem can have; `genuine` makes it a warning. */
  readonly allows: Verdict
  /** The line that cannot be read, counted from 1, in a file of the chart. */
  readonly at?: { readonly path: string; readonly line: number } | undefined
  /** Only our reader of YAML says so, which refuses a few documents that Helm reads. */
  readonly isDoubtful?: boolean
  /** The subchart that it is about: `charts/a/charts/b.tgz`. */
  readonly subchart?: string | undefined
}

/** A problem that no setting overrules. */
export function chartError(code: string, message: string, fix: string): ChartProblem {
  return { code, allows: 'refused', message, fix }
}

/** A fingerprint of `helm package` that is missing; `require-genuine: false` makes it a warning. */
export function missingFingerprint(code: string, message: string, fix: string): ChartProblem {
  return { code, allows: 'loadable', message, fix }
}

/** A word that keeps nothing from being published. */
export function chartWarning(code: string, message: string, fix: string): ChartProblem {
  return { code, allows: 'genuine', message, fix }
}

/** The verdict on a chart with these problems. */
export function verdictOf(problems: readonly ChartProblem[]): Verdict {
  const verdicts = problems.map(({ allows }) => allows)
  return (
    (['refused', 'loadable'] as const).find((verdict) => verdicts.includes(verdict)) ?? 'genuine'
  )
}

/**
 * The problems with a warning in place of each doubtful one, where helm has read the files itself: it has when it has just
 * packed them, and when nothing else speaks against an archive that has its fingerprints.
 */
export function withoutDoubts(
  problems: readonly ChartProblem[],
  isFresh: boolean
): readonly ChartProblem[] {
  const certain = problems.filter(({ isDoubtful }) => !isDoubtful)
  if (!isFresh && verdictOf(certain) !== 'genuine') return problems
  return problems.map((problem) => {
    if (!problem.isDoubtful) return problem
    const message = `${problem.message} Helm could read it, because it created the archive.`
    return {
      ...problem,
      allows: 'genuine',
      message,
      fix: 'If the chart works, ignore this warning.'
    }
  })
}

/** The fix where an archive is not as `helm package` left it. */
export const PUBLISH_HELMS_ARCHIVE = 'Publish the archive as `helm package` wrote it.'
/** The fix where a fingerprint of `helm package` is missing; see {@link fixOf} for the other one. */
export const PACKAGE_BY_HELM = 'Package the chart directory with `helm package`.'

/** What fixes a problem: what only a missing fingerprint keeps from being published can be allowed, where it is not yet. */
export function fixOf({ allows, fix }: ChartProblem, requireGenuine: boolean): string {
  if (allows !== 'loadable' || !requireGenuine) return fix
  return fix.replace(/\.$/, `, or set ${input('require-genuine', 'false')}.`)
}

/** An archive that is not sound from its first byte to its last. */
export function damageOf(code: string, why: string): ChartProblem {
  return chartError(code, `The archive is damaged: ${why}.`, PUBLISH_HELMS_ARCHIVE)
}
