/** A chart for `helm lint`, most of them broken, as `scripts/lint-fixtures/record.ts` has linted it. */
export interface LintChart {
  /** What is wrong with it. */
  readonly title: string
  /** Texts by path; they replace those of a sound chart, and null leaves one out. */
  readonly files: Readonly<Record<string, string | null>>
  /** The name of its folder; `chart` unless given. */
  readonly folder?: string
  /** More arguments; `%DIR%` is the folder that the chart's folder lies in. */
  readonly args?: readonly string[]
  /** What is to be found, of both major versions of helm or by version; nothing unless given. */
  readonly expected?: Expected | { readonly v3: Expected; readonly v4: Expected }
}

/**
 * Findings as a person sees them in the chart's files: severity, file, and the text of the line that is wrong, `(none)`
 * beyond the end of the file: `error templates/x.yaml | a: {{ if }`. Only the file is given where nothing names a line, and
 * no file where it is none of the user's.
 */
type Expected = readonly string[]

const CHART_YAML = 'apiVersion: v2\nname: chart\nversion: 1.0.0\nicon: https://example.com/i.png\n'

/** What every chart has, unless it says otherwise. */
const SOUND_FILES: Readonly<Record<string, string>> = {
  'Chart.yaml': CHART_YAML,
  'values.yaml': 'a: 1\n',
  'templates/cm.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: cm\ndata:\n  a: {{ .Values.a | quote }}\n'
}

/** The beginning of a ConfigMap, of five lines. */
export const CM = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\ndata:\n'

/** Chart.yaml with more lines. */
export function chartYaml(more: string): Readonly<Record<string, string>> {
  return { 'Chart.yaml': CHART_YAML + more }
}

export function template(text: string, name = 'x.yaml'): Readonly<Record<string, string>> {
  return { [`templates/${name}`]: text }
}

/** The files of a chart, complete. */
export function lintChartFiles({ files }: LintChart): Readonly<Record<string, string>> {
  const all = Object.entries({ ...SOUND_FILES, ...files })
  return Object.fromEntries(all.flatMap(([path, text]) => (text === null ? [] : [[path, text]])))
}

/** What `helm lint` printed. `%DIR%` is in place of the folder that the chart's folder lay in. */
export interface LintOutput {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A line of fixtures/helm/lint.json. */
export interface LintRecord {
  readonly title: string
  readonly outputs: readonly (LintOutput & { readonly helms: readonly string[] })[]
}
