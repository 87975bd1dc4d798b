import type { Environment } from '../shared/environment.ts'
import type { ProcessResult } from '../shared/run-process.ts'
import { helmEnvironment, runHelm } from './run-helm.ts'

export interface LintOptions {
  /** The chart directory that helm reads, as an absolute path. */
  readonly chart: string
  /** Values files, later ones override earlier ones; absolute paths. */
  readonly values: readonly string[]
  /** Whether warnings make helm's exit code 1, too. */
  readonly strict: boolean
  readonly environment: Environment
  /** A private folder for this run. */
  readonly folder: string
  readonly signal: AbortSignal
}

/**
 * A chart takes helm 0.05 s; a schema that helm fetches takes as long as its server. What takes minutes hangs.
 */
const LINT_TIMEOUT_MS = 120_000
/** Some thousand findings of usual length; nobody reads more of one chart. */
export const MOST_LINT_OUTPUT_BYTES = 1024 * 1024

/**
 * Runs `helm lint`, whatever comes of it: findings are on stdout, other errors on stderr.
 * @throws Failure helm, when it cannot be started or hangs; the signal's reason on abort
 */
export async function runLint(path: string, options: LintOptions): Promise<ProcessResult> {
  const { chart, values, strict, environment, folder, signal } = options
  const args = [
    'lint',
    chart,
    ...(strict ? ['--strict'] : []),
    ...values.map((file) => `--values=${csvField(file)}`)
  ]
  return runHelm(path, args, {
    environment: helmEnvironment(environment, folder),
    directory: folder,
    timeoutMs: LINT_TIMEOUT_MS,
    mostOutputBytes: MOST_LINT_OUTPUT_BYTES,
    signal
  })
}

/** Helm reads the flag as a record of comma-separated values (spf13/pflag, StringSlice). */
function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
