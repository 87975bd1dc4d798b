import { type LintOptions, MOST_LINT_OUTPUT_BYTES, runLint } from '../../../helm/lint.ts'
import { Failure, failureOf, type Problem } from '../../../shared/failure.ts'
import { input } from '../../../shared/input-name.ts'
import { userFiles } from './chart-files.ts'
import { parseFindings } from './findings.ts'
import type { LintFinding, ValuesFile } from './lint-finding.ts'
import { lintRuns, type ValuesSource } from './lint-values.ts'
import { type LintRun, together } from './together.ts'

/** `warn`: nothing fails. `fail`: errors do. `strict`: warnings do, too. */
export type LintMode = 'warn' | 'fail' | 'strict'

export interface ChartToLint extends ValuesSource {
  /** The helm to run. */
  readonly helm: string
  /** The chart directory that helm reads, as an absolute path: the user's, or a private copy of it. */
  readonly directory: string
  readonly mode: LintMode
  /** The entries of `lint-values`. */
  readonly values: readonly string[]
}

export type LintContext = Pick<LintOptions, 'environment' | 'folder' | 'signal'>

export interface LintResult {
  /** In helm's order, equal ones of several runs once. */
  readonly findings: readonly LintFinding[]
  /** Why the chart must not be published: kind `chart`, or `helm` when helm could not lint it. */
  readonly failure?: Failure
  /** The entries of `lint-values` that named a file for this chart. */
  readonly matched: readonly string[]
}

/**
 * Lints a chart directory with `helm lint`, once for each set of values files.
 * @throws the signal's reason on abort
 */
export async function lintChart(chart: ChartToLint, context: LintContext): Promise<LintResult> {
  const { runs, matched, outside } = await lintRuns(chart.values, chart)
  const done: LintRun[] = []
  const stopped = await lintAll(runs, chart, { context, done })
  const isFatal = stopped !== undefined && chart.mode !== 'warn'
  const unfinished = stopped === undefined || isFatal ? [] : [notLinted(stopped)]
  const findings = [...outside.map(notFollowed), ...together(done), ...unfinished]
  const failure = isFatal ? stopped : failureOfFindings(findings, chart)
  return { findings, matched, ...(failure && { failure }) }
}

/** Adds each run to `done`. Returns what kept helm from running, and with it the later runs. */
async function lintAll(
  runs: readonly (readonly ValuesFile[])[],
  chart: ChartToLint,
  { context, done }: { readonly context: LintContext; readonly done: LintRun[] }
): Promise<Failure | undefined> {
  try {
    for (const values of runs) done.push(await lintWith(values, chart, context))
    return undefined
  } catch (error) {
    if (context.signal.aborted || !(error instanceof Failure)) throw error
    return error
  }
}

async function lintWith(
  values: readonly ValuesFile[],
  { helm, directory, chart, mode }: ChartToLint,
  context: LintContext
): Promise<LintRun> {
  const strict = mode === 'strict'
  const paths = values.map(({ path }) => path)
  const output = await runLint(helm, { ...context, chart: directory, values: paths, strict })
  const linted = { directory, chart, files: userFiles(chart), values, strict }
  if (Buffer.byteLength(output.stdout) < MOST_LINT_OUTPUT_BYTES) {
    return { values, findings: parseFindings(output, linted) }
  }
  const stdout = output.stdout.slice(0, output.stdout.lastIndexOf('\n') + 1)
  return { values, findings: [...parseFindings({ ...output, stdout }, linted), CUT] }
}

/** With a helm that ends with 0, what was cut off are no errors. */
const CUT: LintFinding = {
  severity: 'warning',
  message: `helm lint printed more than ${MOST_LINT_OUTPUT_BYTES} bytes; later findings are left out`
}

function notFollowed(file: string): LintFinding {
  const message = `${file} is a link to a file outside of the work tree, so it was not used as a values file. To use it, set ${input('lint-values')} to the path of the file itself, or set ${input('allow-outside-files', 'true')}`
  return { severity: 'warning', message }
}

/** A helm that hangs says nothing about the chart: with `warn`, it does not stop a release. */
function notLinted(error: Failure): LintFinding {
  return { severity: 'warning', message: `The lint of the chart was incomplete: ${error.message}` }
}

const FAILING = { warn: [], fail: ['error'], strict: ['error', 'warning'] } as const

/** Whether a finding keeps a chart from being published. */
export function isFailing({ severity }: LintFinding, mode: LintMode): boolean {
  return FAILING[mode].some((failing) => failing === severity)
}

function failureOfFindings(
  findings: readonly LintFinding[],
  { chart, mode }: ChartToLint
): Failure | undefined {
  const failing = findings.filter((finding) => isFailing(finding, mode))
  return failing.length === 0
    ? undefined
    : failureOf(
        'chart',
        failing.map((finding) => problemOf(finding, chart))
      )
}

function problemOf({ severity, message, place }: LintFinding, chart: string): Problem {
  const wayOut = severity === 'warning' ? input('lint', 'fail') : input('lint', 'warn')
  return {
    message: `helm lint found ${severity === 'error' ? 'an error' : 'a warning'} in the chart "${chart}":`,
    why: `${message.replace(/\.$/, '')}.`,
    fix: `Fix it, or set ${wayOut}.`,
    place
  }
}
