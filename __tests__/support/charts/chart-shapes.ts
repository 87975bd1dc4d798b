import { chartFiles } from './charts.ts'

export interface ChartShape {
  readonly title: string
  readonly name: string
  readonly version: string
  readonly files: Readonly<Record<string, string>>
}

const TEMPLATE = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n'

const LONG_DESCRIPTION = Array.from(
  { length: 40 },
  (_, index) => `sentence ${index} of a text <with> & "marks"`
).join(', ')

/** Charts that differ in what reaches config, annotations, tag or archive. */
export const CHART_SHAPES: readonly ChartShape[] = [
  {
    title: 'without values',
    name: 'bare',
    version: '0.1.0',
    files: {
      'Chart.yaml': 'apiVersion: v2\nname: bare\nversion: 0.1.0\n',
      'templates/a.yaml': TEMPLATE
    }
  },
  {
    title: 'of apiVersion v1 with requirements.yaml',
    name: 'oldstyle',
    version: '2.0.0',
    files: {
      'Chart.yaml':
        'apiVersion: v1\nname: oldstyle\nversion: 2.0.0\ndescription: from Helm 2\nappVersion: 1.10\n',
      'requirements.yaml':
        'dependencies:\n  - name: part\n    version: ~1.0\n    repository: https://charts.example.com\n    import-values: [data, {child: a, parent: b}]\n',
      'charts/part/Chart.yaml': 'apiVersion: v1\nname: part\nversion: 1.0.4\n',
      'templates/a.yaml': TEMPLATE
    }
  },
  {
    title: 'with a declared and an undeclared subchart',
    name: 'umbrella',
    version: '3.1.0',
    files: {
      'Chart.yaml':
        'apiVersion: v2\nname: umbrella\nversion: 3.1.0\ndependencies:\n  - name: first\n    version: 1.0.0\n    repository: ""\n    tags: [a, b]\n    enabled: true\n',
      'charts/first/Chart.yaml': 'apiVersion: v2\nname: first\nversion: 1.0.0\n',
      'charts/first/templates/a.yaml': TEMPLATE,
      'charts/second/Chart.yaml': 'apiVersion: v2\nname: second\nversion: 1.0.0\n',
      'charts/second/values.yaml': 'a: 1\n'
    }
  },
  {
    title: 'with texts and file names beyond ASCII',
    name: 'umlaut',
    version: '1.0.0',
    files: {
      'Chart.yaml':
        'apiVersion: v2\nname: umlaut\nversion: 1.0.0\ndescription: "Grüße an 世界 \\U0001F680 \\u2028 Ende"\nkeywords: [façade, "😀", y]\nmaintainers:\n  - name: Zoë Žižek\n    email: zoe@example.com\nannotations:\n  "é": á\n  "😀": b\n  "～": c\n',
      'files/größe-世界.txt': 'ñ\n',
      [`files/${'long-name-'.repeat(14)}.txt`]: 'x\n'
    }
  },
  {
    title: 'with build metadata in the version',
    name: 'build',
    version: '1.2.3+build.5.a',
    files: chartFiles({ name: 'build', version: '1.2.3+build.5.a' })
  },
  {
    title: 'with a prerelease version',
    name: 'pre',
    version: '2.0.0-rc.1',
    files: chartFiles({ name: 'pre', version: '2.0.0-rc.1', extra: 'deprecated: true\n' })
  },
  {
    title: 'with annotations that override and add',
    name: 'annotated',
    version: '1.0.0',
    files: chartFiles({
      name: 'annotated',
      version: '1.0.0',
      extra:
        'home: https://example.com/?a=1&b=2\nsources: [https://git.example.com/a, https://git.example.com/b]\nannotations:\n  org.opencontainers.image.title: not me\n  org.opencontainers.image.created: never\n  a10: x\n  a9: y\n  empty: ""\n  lines: |\n    one <b>\n    two & three\n  number: "1.10"\n'
    })
  },
  {
    title: 'with a long description',
    name: 'wordy',
    version: '1.0.0',
    files: chartFiles({
      name: 'wordy',
      version: '1.0.0',
      extra: `description: >-\n  ${LONG_DESCRIPTION}\n`
    })
  },
  {
    title: 'with custom resource definitions',
    name: 'operator',
    version: '0.9.1',
    files: {
      ...chartFiles({ name: 'operator', version: '0.9.1', extra: 'kubeVersion: ">=1.28"\n' }),
      'crds/thing.yaml':
        'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: things.example.com\n'
    }
  },
  {
    title: 'of type library',
    name: 'lib-base',
    version: '4.4.4',
    files: {
      'Chart.yaml': 'apiVersion: v2\nname: lib-base\nversion: 4.4.4\ntype: library\n',
      'templates/_names.tpl': '{{- define "lib.name" -}}{{ .Chart.Name }}{{- end -}}\n',
      '.helmignore': '*.bak\n'
    }
  }
]
