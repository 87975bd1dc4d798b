import type { SourceLocation } from '../../../shared/failure.ts'

export type LintSeverity = 'info' | 'warning' | 'error'

/** Something that `helm lint` says about a chart. */
export interface LintFinding {
  readonly severity: LintSeverity
  /** Helm's words in one line, with the user's paths. */
  readonly message: string
  /** The user's file, with a line where helm counts lines of that file, not of rendered text. */
  readonly place?: SourceLocation | undefined
}

/** The files of the user's chart, by their paths in it, with `/`. */
export interface UserFiles {
  readonly has: (path: string) => boolean
  /** The line of a key at the top of Chart.yaml; undefined where there is none. */
  readonly lineOfKey: (key: string) => number | undefined
}

/** What was linted, and how the user knows it. */
export interface LintedChart {
  /** The folder that helm was given; it may be a private copy. */
  readonly directory: string
  /** The user's path of the chart. */
  readonly chart: string
  readonly files: UserFiles
  /** The values files of this run: the paths that helm was given, and the user's. */
  readonly values: readonly ValuesFile[]
  /** Whether warnings make helm fail. */
  readonly strict: boolean
}

export interface ValuesFile {
  /** Absolute. */
  readonly path: string
  /** The user's path. */
  readonly shown: string
}
