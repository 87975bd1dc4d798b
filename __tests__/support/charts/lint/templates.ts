import { CM, type LintChart, template } from './lint-chart.ts'

export const TEMPLATE_CHARTS: readonly LintChart[] = [
  {
    title: 'no templates/',
    expected: { v3: [], v4: ['warning'] },
    files: { 'templates/cm.yaml': null }
  },
  {
    title: 'templates that is a file',
    expected: { v3: ['warning'], v4: ['error'] },
    files: { 'templates/cm.yaml': null, templates: 'a\n' }
  },
  {
    title: 'a template that cannot be parsed',
    expected: ['error templates/x.yaml | a: {{ if }'],
    files: template(`${CM}  a: {{ if }\n`)
  },
  {
    title: 'a block without an end',
    expected: ['error templates/x.yaml | '],
    files: template(`${CM}{{ if .Values.a }}\n  a: b\n`)
  },
  {
    title: 'an unknown function',
    expected: ['error templates/x.yaml | a: {{ nothing 1 }}'],
    files: template(`${CM}  a: {{ nothing 1 }}\n`)
  },
  {
    title: 'a nil pointer',
    expected: ['error templates/x.yaml | c: {{ .Values.none.such }}'],
    files: template(`${CM}  a: b\n  c: {{ .Values.none.such }}\n`)
  },
  {
    title: 'a missing include',
    expected: ['error templates/x.yaml | c: {{ include "none" . }}'],
    files: template(`${CM}  a: b\n  c: {{ include "none" . }}\n`)
  },
  {
    title: 'a fault in a helper',
    expected: ['error templates/_helpers.tpl | {{ .Values.none.such }}'],
    files: {
      'templates/_helpers.tpl': '{{- define "h" -}}\n{{ .Values.none.such }}\n{{- end -}}\n',
      ...template(`${CM}  a: {{ include "h" . }}\n`)
    }
  },
  {
    title: 'a fault in a helper of a helper',
    expected: [
      'error templates/_helpers.tpl | {{ define "h" }}{{ index .Values.list 3 }}{{ end }}'
    ],
    files: {
      'templates/_helpers.tpl':
        '{{ define "h" }}{{ index .Values.list 3 }}{{ end }}\n{{ define "g" }}\n{{ include "h" . }}{{ end }}\n',
      ...template(`${CM}  a: {{ include "g" . }}\n`)
    }
  },
  {
    title: 'a wrong type',
    expected: ['error templates/x.yaml | a: {{ .Values.a.b.c }}'],
    files: template(`${CM}  a: {{ .Values.a.b.c }}\n`)
  },
  { title: 'a call of fail', files: template(`${CM}  a: {{ fail "no way" }}\n`) },
  {
    title: 'a value that is required',
    files: template(`${CM}  a: {{ required "give b" .Values.b }}\n`)
  },
  {
    title: 'rendered text that is not YAML',
    expected: ['error templates/x.yaml'],
    files: template(`{{- /*\n\n*/ -}}\n${CM}  a: b: c\n`)
  },
  {
    title: 'rendered text with a wrong indent',
    expected: ['error templates/x.yaml'],
    files: template(`${CM}  a: b\n c: d\n`)
  },
  { title: 'rendered text with a key twice', files: template(`${CM}  a: b\n  a: c\n`) },
  {
    title: 'a deprecated API',
    expected: { v3: [], v4: ['warning templates/x.yaml'] },
    files: template('apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata:\n  name: x\n')
  },
  {
    title: 'a bad name',
    expected: ['warning templates/x.yaml'],
    files: template('apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: Not_Good\n')
  },
  {
    title: 'no name in metadata',
    expected: ['warning templates/x.yaml'],
    files: template('apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n')
  },
  {
    title: 'a namespace',
    files: template('apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  namespace: b\n')
  },
  {
    title: 'no selector',
    expected: ['error templates/x.yaml'],
    files: template(
      'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: x\nspec:\n  template: {}\n'
    )
  },
  {
    title: 'a list with a resource policy',
    expected: ['warning templates/x.yaml', 'error templates/x.yaml'],
    files: template(
      'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: a\n    annotations:\n      helm.sh/resource-policy: keep\n'
    )
  },
  {
    title: 'a template that renders a text',
    expected: ['error templates/x.yaml'],
    files: template('nothing\n')
  },
  {
    title: 'a bad file extension',
    expected: ['error templates/x.exe'],
    files: template('a: b\n', 'x.exe')
  },
  {
    title: 'a template in a folder',
    expected: ['error templates/deep/er/x.yaml | a: {{ .Values.none.such }}'],
    files: template('a: {{ .Values.none.such }}\n', 'deep/er/x.yaml')
  },
  {
    title: 'a broken NOTES.txt',
    expected: ['error templates/NOTES.txt | {{ .Values.none.such }}'],
    files: template('a\n{{ .Values.none.such }}\n', 'NOTES.txt')
  },
  {
    title: 'release.Time',
    expected: { v3: ['error templates/x.yaml'], v4: [] },
    files: template(`${CM}  a: {{ .Release.Time }}\n`)
  },
  {
    title: 'two broken templates',
    expected: ['error templates/y.yaml | b: {{ .Values.m.x }}'],
    files: {
      ...template('a: {{ .Values.n.x }}\n'),
      ...template('\nb: {{ .Values.m.x }}\n', 'y.yaml')
    }
  },
  {
    title: 'two templates that cannot be parsed',
    expected: ['error templates/y.yaml | b: {{ if }}'],
    files: { ...template('a: {{ end }}\n'), ...template('\nb: {{ if }}\n', 'y.yaml') }
  },
  {
    title: 'several broken documents',
    expected: ['error templates/x.yaml'],
    files: template(`${CM}  a: b: c\n---\n${CM}  d: e: f\n`)
  },
  {
    title: 'a CRD that is none',
    expected: { v3: [], v4: ['error crds/x.yaml', 'error crds/x.yaml'] },
    files: { 'crds/x.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n' }
  },
  {
    title: 'a CRD that is not YAML',
    expected: { v3: [], v4: ['error crds/x.yaml'] },
    files: { 'crds/x.yaml': 'apiVersion: a\nkind: b: c\n' }
  },
  { title: 'crds that is a file', expected: { v3: [], v4: ['error'] }, files: { crds: 'a\n' } },
  {
    title: 'very many findings',
    expected: Array.from({ length: 60 }, (_, index) => `warning templates/t${index}.yaml`).sort(),
    files: Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [
        `templates/t${index}.yaml`,
        `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: Bad_${index}\n`
      ])
    )
  }
]
