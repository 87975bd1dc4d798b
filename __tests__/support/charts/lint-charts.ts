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
}

const CHART_YAML = 'apiVersion: v2\nname: chart\nversion: 1.0.0\nicon: https://example.com/i.png\n'
const SOUND_TEMPLATE =
  'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: cm\ndata:\n  a: {{ .Values.a | quote }}\n'

/** What every chart has, unless it says otherwise. */
export const SOUND_FILES: Readonly<Record<string, string>> = {
  'Chart.yaml': CHART_YAML,
  'values.yaml': 'a: 1\n',
  'templates/cm.yaml': SOUND_TEMPLATE
}

function chartYaml(more: string): Readonly<Record<string, string>> {
  return { 'Chart.yaml': CHART_YAML + more }
}

/** The sound template with lines in front, so that the fault is on none of the first lines. */
function template(text: string, name = 'x.yaml'): Readonly<Record<string, string>> {
  return { [`templates/${name}`]: text }
}

const CM = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\ndata:\n'
const SCHEMA = JSON.stringify({
  type: 'object',
  required: ['b'],
  properties: { a: { type: 'string' }, b: { type: 'string' } }
})

const CHART_FILES: readonly LintChart[] = [
  { title: 'nothing', files: {} },
  { title: 'no icon', files: { 'Chart.yaml': 'apiVersion: v2\nname: chart\nversion: 1.0.0\n' } },
  { title: 'no Chart.yaml', files: { 'Chart.yaml': null } },
  { title: 'an empty Chart.yaml', files: { 'Chart.yaml': '' } },
  {
    title: 'a Chart.yaml that is not YAML',
    files: { 'Chart.yaml': 'apiVersion: v2\nname: chart\nversion: [1.0.0\nicon: x\n' }
  },
  {
    title: 'a Chart.yaml with a tab',
    files: { 'Chart.yaml': 'apiVersion: v2\nname: chart\n\tversion: 1.0.0\n' }
  },
  { title: 'a Chart.yaml that is a list', files: { 'Chart.yaml': '- apiVersion: v2\n' } },
  {
    title: 'no version',
    files: { 'Chart.yaml': 'apiVersion: v2\nname: chart\nicon: https://x.y/z\n' }
  },
  {
    title: 'no name',
    files: { 'Chart.yaml': 'apiVersion: v2\nversion: 1.0.0\nicon: https://x.y/z\n' }
  },
  {
    title: 'no apiVersion',
    files: { 'Chart.yaml': 'name: chart\nversion: 1.0.0\nicon: https://x.y/z\n' }
  },
  {
    title: 'a version that is not SemVer',
    files: { 'Chart.yaml': 'apiVersion: v2\nname: chart\nversion: one\nicon: https://x.y/z\n' }
  },
  {
    title: 'a version that is a number',
    files: { 'Chart.yaml': 'apiVersion: v2\nname: chart\nversion: 1.2\nicon: https://x.y/z\n' }
  },
  {
    title: 'a version that only strict SemVer refuses',
    files: { 'Chart.yaml': 'apiVersion: v2\nname: chart\nversion: "1.2"\nicon: https://x.y/z\n' }
  },
  {
    title: 'a name that is a path',
    files: { 'Chart.yaml': 'apiVersion: v2\nname: a/b\nversion: 1.0.0\nicon: https://x.y/z\n' }
  },
  {
    title: 'a name with capitals',
    files: { 'Chart.yaml': 'apiVersion: v2\nname: My_Chart\nversion: 1.0.0\nicon: https://x.y/z\n' }
  },
  { title: 'an unknown type', files: chartYaml('type: plugin\n') },
  {
    title: 'an unknown apiVersion',
    files: { 'Chart.yaml': 'apiVersion: v9\nname: chart\nversion: 1.0.0\nicon: https://x.y/z\n' }
  },
  {
    title: 'an icon that is no URL',
    files: { 'Chart.yaml': 'apiVersion: v2\nname: chart\nversion: 1.0.0\nicon: not a url\n' }
  },
  {
    title: 'a source that is no URL',
    files: chartYaml('sources: ["not a url"]\nhome: also not\n')
  },
  {
    title: 'a maintainer without a name, and one with a bad address',
    files: chartYaml(
      'maintainers:\n- email: a@example.com\n- name: b\n  email: none\n- name: c\n  url: none\n'
    )
  },
  { title: 'an unknown key', files: chartYaml('colour: red\n') },
  { title: 'a key twice', files: chartYaml('description: a\ndescription: b\n') },
  { title: 'keywords that are a text', files: chartYaml('keywords: a, b\n') },
  { title: 'an appVersion that is a number', files: chartYaml('appVersion: 1.10\n') },
  { title: 'a kubeVersion that is nothing', files: chartYaml('kubeVersion: "never"\n') },
  {
    title: 'several faults in Chart.yaml',
    files: { 'Chart.yaml': 'name: a/b\nversion: x\nicon: y\n' }
  }
]

const DEPENDENCIES: readonly LintChart[] = [
  {
    title: 'dependencies that are missing',
    files: chartYaml(
      'dependencies:\n- {name: alpha, version: 1.0.0, repository: "https://x.y"}\n- {name: beta, version: 1.0.0, repository: "https://x.y"}\n'
    )
  },
  {
    title: 'an undeclared folder in charts/',
    files: { 'charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 1.0.0\n' }
  },
  {
    title: 'a dependency twice',
    files: chartYaml(
      'dependencies:\n- {name: alpha, version: 1.0.0, repository: "https://x.y"}\n- {name: alpha, version: 1.0.0, repository: "https://x.y"}\n'
    )
  },
  {
    title: 'a dependency with a bad range',
    files: chartYaml('dependencies:\n- {name: alpha, version: "~~x", repository: "https://x.y"}\n')
  },
  {
    title: 'a dependency with a condition that is no text',
    files: chartYaml('dependencies:\n- {name: alpha, version: 1.0.0, condition: [a]}\n')
  },
  {
    title: 'a folder in charts/ without Chart.yaml',
    files: {
      ...chartYaml('dependencies:\n- {name: sub, version: 1.0.0}\n'),
      'charts/sub/values.yaml': 'a: 1\n'
    }
  },
  { title: 'an archive in charts/ that is none', files: { 'charts/sub-1.0.0.tgz': 'none' } },
  {
    title: 'an apiVersion v1 with dependencies',
    files: {
      'Chart.yaml':
        'apiVersion: v1\nname: chart\nversion: 1.0.0\nicon: https://x.y/z\ndependencies:\n- {name: a, version: 1.0.0}\ntype: library\n'
    }
  },
  {
    title: 'an include from a library that is missing',
    files: {
      ...chartYaml('dependencies:\n- {name: lib, version: 1.0.0, repository: "https://x.y"}\n'),
      ...template('# a\n{{ include "lib.name" . }}\n')
    }
  },
  {
    title: 'a broken template in a subchart',
    files: {
      ...chartYaml('dependencies:\n- {name: sub, version: 1.0.0}\n'),
      'charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 1.0.0\nicon: https://x.y/z\n',
      'charts/sub/templates/x.yaml': 'a: b\nc: {{ .Values.none.such }}\n'
    }
  },
  {
    title: 'subcharts linted as well',
    args: ['--with-subcharts'],
    files: {
      ...chartYaml('dependencies:\n- {name: sub, version: 1.0.0}\n'),
      'charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 1.0.0\n',
      'charts/sub/values.yaml': 'a: [\n'
    }
  }
]

const VALUES: readonly LintChart[] = [
  { title: 'no values.yaml', files: { 'values.yaml': null, 'templates/cm.yaml': CM } },
  {
    title: 'a values.yaml that is not YAML',
    files: { 'values.yaml': 'a: 1\nb: 2\nc: [1,\nd: 3\n' }
  },
  { title: 'a values.yaml with a tab', files: { 'values.yaml': 'a: 1\nb:\n\tc: 2\n' } },
  { title: 'a values.yaml that is a list', files: { 'values.yaml': '- a\n' } },
  { title: 'a key of values.yaml twice', files: { 'values.yaml': 'a: 1\na: 2\n' } },
  { title: 'values that the schema refuses', files: { 'values.schema.json': SCHEMA } },
  {
    title: 'a schema that is no JSON',
    files: { 'values.schema.json': '{\n  "type": object\n}\n' }
  },
  {
    title: 'a schema elsewhere',
    files: { 'values.schema.json': '{"$ref": "http://127.0.0.1:1/schema.json"}' }
  },
  {
    title: 'a value that the schema refuses, with a finding in its name',
    files: {
      'values.yaml':
        '"[ERROR] x: y": 1\n"a\\n[ERROR] templates/: chart/templates/cm.yaml:1:1": 1\n',
      'values.schema.json': '{"additionalProperties": false}'
    }
  },
  { title: 'values from a file that is missing', files: {}, args: ['--values=%DIR%/none.yaml'] },
  {
    title: 'values from a file that is not YAML',
    files: { 'ci/bad-values.yaml': 'a: 1\nb: [\n' },
    args: ['--values=%DIR%/chart/ci/bad-values.yaml']
  },
  {
    title: 'values from a file that the schema refuses',
    files: { 'values.yaml': 'a: x\nb: y\n', 'values.schema.json': SCHEMA, 'ci/v.yaml': 'b: 2\n' },
    args: ['--values=%DIR%/chart/ci/v.yaml']
  }
]

const TEMPLATES: readonly LintChart[] = [
  { title: 'no templates/', files: { 'templates/cm.yaml': null } },
  { title: 'templates that is a file', files: { 'templates/cm.yaml': null, templates: 'a\n' } },
  { title: 'a template that cannot be parsed', files: template(`${CM}  a: {{ if }\n`) },
  { title: 'a block without an end', files: template(`${CM}{{ if .Values.a }}\n  a: b\n`) },
  { title: 'an unknown function', files: template(`${CM}  a: {{ nothing 1 }}\n`) },
  { title: 'a nil pointer', files: template(`${CM}  a: b\n  c: {{ .Values.none.such }}\n`) },
  { title: 'a missing include', files: template(`${CM}  a: b\n  c: {{ include "none" . }}\n`) },
  {
    title: 'a fault in a helper',
    files: {
      'templates/_helpers.tpl': '{{- define "h" -}}\n{{ .Values.none.such }}\n{{- end -}}\n',
      ...template(`${CM}  a: {{ include "h" . }}\n`)
    }
  },
  {
    title: 'a fault in a helper of a helper',
    files: {
      'templates/_helpers.tpl':
        '{{ define "h" }}{{ index .Values.list 3 }}{{ end }}\n{{ define "g" }}\n{{ include "h" . }}{{ end }}\n',
      ...template(`${CM}  a: {{ include "g" . }}\n`)
    }
  },
  { title: 'a wrong type', files: template(`${CM}  a: {{ .Values.a.b.c }}\n`) },
  { title: 'a call of fail', files: template(`${CM}  a: {{ fail "no way" }}\n`) },
  {
    title: 'a value that is required',
    files: template(`${CM}  a: {{ required "give b" .Values.b }}\n`)
  },
  {
    title: 'rendered text that is not YAML',
    files: template(`{{- /*\n\n*/ -}}\n${CM}  a: b: c\n`)
  },
  { title: 'rendered text with a wrong indent', files: template(`${CM}  a: b\n c: d\n`) },
  { title: 'rendered text with a key twice', files: template(`${CM}  a: b\n  a: c\n`) },
  {
    title: 'a deprecated API',
    files: template('apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata:\n  name: x\n')
  },
  {
    title: 'a bad name',
    files: template('apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: Not_Good\n')
  },
  {
    title: 'no name in metadata',
    files: template('apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n')
  },
  {
    title: 'a namespace',
    files: template('apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  namespace: b\n')
  },
  {
    title: 'no selector',
    files: template(
      'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: x\nspec:\n  template: {}\n'
    )
  },
  {
    title: 'a list with a resource policy',
    files: template(
      'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: a\n    annotations:\n      helm.sh/resource-policy: keep\n'
    )
  },
  { title: 'a template that renders a text', files: template('nothing\n') },
  { title: 'a bad file extension', files: template('a: b\n', 'x.exe') },
  {
    title: 'a template in a folder',
    files: template('a: {{ .Values.none.such }}\n', 'deep/er/x.yaml')
  },
  { title: 'a broken NOTES.txt', files: template('a\n{{ .Values.none.such }}\n', 'NOTES.txt') },
  { title: 'release.Time', files: template(`${CM}  a: {{ .Release.Time }}\n`) },
  {
    title: 'two broken templates',
    files: {
      ...template('a: {{ .Values.n.x }}\n'),
      ...template('\nb: {{ .Values.m.x }}\n', 'y.yaml')
    }
  },
  {
    title: 'two templates that cannot be parsed',
    files: { ...template('a: {{ end }}\n'), ...template('\nb: {{ if }}\n', 'y.yaml') }
  },
  { title: 'several broken documents', files: template(`${CM}  a: b: c\n---\n${CM}  d: e: f\n`) },
  {
    title: 'a CRD that is none',
    files: { 'crds/x.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n' }
  },
  { title: 'a CRD that is not YAML', files: { 'crds/x.yaml': 'apiVersion: a\nkind: b: c\n' } },
  { title: 'crds that is a file', files: { crds: 'a\n' } },
  {
    title: 'very many findings',
    files: Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [
        `templates/t${index}.yaml`,
        `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: Bad_${index}\n`
      ])
    )
  }
]

const HOSTILE: readonly LintChart[] = [
  { title: 'a file name with blanks', files: template('\na: {{ .Values.n.x }}\n', 'a b.yaml') },
  {
    title: 'a file name with colons',
    files: template('\na: {{ .Values.n.x }}\n', 'a:7:8: b.yaml')
  },
  { title: 'a file name with quotes', files: template('\na: {{ .Values.n.x }}\n', `a"'<b>.yaml`) },
  {
    title: 'a file name with percents',
    files: template('\na: {{ .Values.n.x }}\n', 'a%0A::error::%25d.yaml')
  },
  {
    title: 'a file name in another script',
    files: template('\na: {{ .Values.n.x }}\n', 'grüße-日本.yaml')
  },
  {
    title: 'a file name with a newline and a finding',
    files: template('\na: {{ .Values.n.x }}\n', 'a\n[ERROR] b: c.yaml')
  },
  { title: 'a file name with a parenthesis', files: template('\na: {{ if }\n', 'a (1).yaml') },
  {
    title: 'a file name with colons that cannot be parsed',
    files: template('\na: {{ if }\n', 'a:7:8.yaml')
  },
  {
    title: 'a chart folder with a finding in its name',
    folder: 'c [ERROR] x: y',
    files: { 'charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 1.0.0\n' }
  },
  {
    title: 'a failed template with a finding in its text',
    files: template('{{ tpl "{{ fail \\"boo\\\\n[ERROR] x: y\\\\n::error file=a::b\\" }}" . }}\n')
  },
  {
    title: 'a name with a finding in it',
    files: template(
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: "a\\n[ERROR] x: y\\n::error::z"\n'
    )
  },
  {
    title: 'a version with a finding in it',
    files: {
      'Chart.yaml':
        'apiVersion: v2\nname: chart\nversion: "1\\n[ERROR] values.yaml: yaml: line 7: x"\nicon: https://x.y/z\n'
    }
  },
  {
    title: 'a chart name with a finding in it',
    files: {
      'Chart.yaml':
        'apiVersion: v2\nname: "a\\n[ERROR] x: y\\n::error::z"\nversion: 1.0.0\nicon: https://x.y/z\n'
    }
  },
  {
    title: 'a name that ends the list',
    files: template(
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: "a\\n\\n1 chart(s) linted, 0 chart(s) failed"\n'
    )
  },
  {
    title: 'a dependency with a finding in its name',
    files: chartYaml('dependencies:\n- {name: "a\\n[ERROR] x: y", version: 1.0.0}\n')
  },
  {
    title: 'a value with a place in it',
    files: template(
      `${CM}  a: {{ index .Values "parse error at (chart/templates/cm.yaml:3)" "x" "y" }}\n`
    )
  },
  {
    title: 'a strict run with a warning',
    args: ['--strict'],
    files: {
      'values.yaml': null,
      'templates/cm.yaml': CM,
      ...template('apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: Not_Good\n')
    }
  },
  {
    title: 'a chart name with a slash in another folder',
    folder: 'other name',
    files: template('\na: {{ .Values.n.x }}\n')
  },
  {
    title: 'a long text',
    files: template(`a: {{ fail (repeat 3000 "x") }}\nb: {{ include (repeat 3000 "x") . }}\n`)
  }
]

/** All of them; the titles are the names of the recorded cases. */
export const LINT_CHARTS: readonly LintChart[] = [
  ...CHART_FILES,
  ...DEPENDENCIES,
  ...VALUES,
  ...TEMPLATES,
  ...HOSTILE
]

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
