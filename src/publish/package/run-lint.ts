import { realpath } from 'node:fs/promises'
import { resolve } from 'node:path'
import { workTreeOf } from '../../directory/work-tree.ts'
import type { Environment } from '../../shared/environment.ts'
import { input } from '../../shared/input-name.ts'
import type { Logger } from '../../shared/logger.ts'
import { type LintMode, type LintResult, lintChart } from './lint/lint-chart.ts'
import { logFindings, WarningBudget, warnOfFindings } from './lint/report-findings.ts'
import type { CompleteChart, HelmOfRun } from './package-by-helm.ts'

interface RunLintOptions {
  readonly mode: LintMode | 'off'
  /** The entries of `lint-values`. */
  readonly values: readonly string[]
  /** Whether links to values files may lead out of the work tree. */
  readonly allowOutsideFiles: boolean
  readonly helm: HelmOfRun
  readonly environment: Environment
  /** The private folder of the run. */
  readonly folder: string
  readonly signal: AbortSignal
}

/** `helm lint` of a run: each chart by itself, the limits of the runner for all of them. */
export class RunLint {
  readonly #options: RunLintOptions
  readonly #budget = new WarningBudget()
  readonly #matched = new Set<string>()

  constructor(options: RunLintOptions) {
    this.#options = options
  }

  /** Whether charts wait for it before they are published. */
  get mayFail(): boolean {
    const { mode } = this.#options
    return mode === 'fail' || mode === 'strict'
  }

  /** Begins to lint a chart with its dependencies; undefined where that is switched off. Never rejects unhandled. */
  begin({ directory, path }: CompleteChart, logger: Logger): Promise<LintResult> | undefined {
    const { mode } = this.#options
    if (mode === 'off') return undefined
    const linting = this.#lint({ chart: directory.path, directory: path, mode }, logger)
    linting.catch(() => undefined)
    return linting
  }

  /** Logs what was found. @throws Failure, when it keeps the chart from being published */
  async report(
    linting: Promise<LintResult | undefined>,
    chart: string,
    logger: Logger
  ): Promise<void> {
    const { mode } = this.#options
    const result = await linting
    if (mode === 'off' || !result) return
    const { findings, matched, failure } = result
    for (const entry of matched) this.#matched.add(entry)
    await logger.group(`Lint ${chart}`, async () => logFindings(findings, logger))
    warnOfFindings(findings, { chart, mode, budget: this.#budget }, logger)
    if (failure) throw failure
  }

  /** Warns of entries of `lint-values` that named a file for no chart. */
  reportUnused(logger: Logger): void {
    const { mode, values } = this.#options
    const unused = values.filter((entry) => mode !== 'off' && !this.#matched.has(entry))
    for (const entry of unused) {
      logger.warning(
        `${input('lint-values')} names "${entry}", which exists neither here nor in a chart.`
      )
    }
  }

  async #lint(
    chart: { readonly chart: string; readonly directory: string; readonly mode: LintMode },
    logger: Logger
  ): Promise<LintResult> {
    const { helm, values, allowOutsideFiles, environment, folder, signal } = this.#options
    const { path } = await helm.find(logger)
    const directory = resolve(chart.directory)
    const workTree = allowOutsideFiles ? undefined : await workTreeOf(await realpath(chart.chart))
    const toLint = { ...chart, directory, workTree, helm: path, values }
    return helm.cores.run(() => lintChart(toLint, { environment, folder, signal }))
  }
}
