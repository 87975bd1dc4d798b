import { chartYaml, type LintChart, template } from './lint-chart.ts'

export const DEPENDENCY_CHARTS: readonly LintChart[] = [
  {
    title: 'dependencies that are missing',
    expected: ['warning Chart.yaml | dependencies:'],
    files: chartYaml(
      'dependencies:\n- {name: alpha, version: 1.0.0, repository: "https://x.y"}\n- {name: beta, version: 1.0.0, repository: "https://x.y"}\n'
    )
  },
  {
    title: 'an undeclared folder in charts/',
    expected: ['error Chart.yaml'],
    files: { 'charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 1.0.0\n' }
  },
  {
    title: 'a dependency twice',
    expected: ['error Chart.yaml | dependencies:'],
    files: chartYaml(
      'dependencies:\n- {name: alpha, version: 1.0.0, repository: "https://x.y"}\n- {name: alpha, version: 1.0.0, repository: "https://x.y"}\n'
    )
  },
  {
    title: 'a dependency with a bad range',
    expected: ['warning Chart.yaml | dependencies:'],
    files: chartYaml('dependencies:\n- {name: alpha, version: "~~x", repository: "https://x.y"}\n')
  },
  {
    title: 'a dependency with a condition that is no text',
    expected: ['error Chart.yaml | dependencies:'],
    files: chartYaml('dependencies:\n- {name: alpha, version: 1.0.0, condition: [a]}\n')
  },
  {
    title: 'a folder in charts/ without Chart.yaml',
    expected: ['error'],
    files: {
      ...chartYaml('dependencies:\n- {name: sub, version: 1.0.0}\n'),
      'charts/sub/values.yaml': 'a: 1\n'
    }
  },
  {
    title: 'an archive in charts/ that is none',
    expected: ['error'],
    files: { 'charts/sub-1.0.0.tgz': 'none' }
  },
  {
    title: 'an apiVersion v1 with dependencies',
    expected: [
      'error Chart.yaml | type: library',
      'error Chart.yaml | dependencies:',
      'warning Chart.yaml | dependencies:'
    ],
    files: {
      'Chart.yaml':
        'apiVersion: v1\nname: chart\nversion: 1.0.0\nicon: https://x.y/z\ndependencies:\n- {name: a, version: 1.0.0}\ntype: library\n'
    }
  },
  {
    title: 'an include from a library that is missing',
    expected: [
      'error templates/x.yaml | {{ include "lib.name" . }}',
      'warning Chart.yaml | dependencies:'
    ],
    files: {
      ...chartYaml('dependencies:\n- {name: lib, version: 1.0.0, repository: "https://x.y"}\n'),
      ...template('# a\n{{ include "lib.name" . }}\n')
    }
  },
  {
    title: 'a broken template in a subchart',
    expected: ['error charts/sub/templates/x.yaml | c: {{ .Values.none.such }}'],
    files: {
      ...chartYaml('dependencies:\n- {name: sub, version: 1.0.0}\n'),
      'charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 1.0.0\nicon: https://x.y/z\n',
      'charts/sub/templates/x.yaml': 'a: b\nc: {{ .Values.none.such }}\n'
    }
  },
  {
    title: 'subcharts linted as well',
    expected: {
      v3: [
        'error charts/sub/values.yaml | a: [',
        'info charts/sub/Chart.yaml',
        'error charts/sub/values.yaml | a: ['
      ],
      v4: [
        'error charts/sub/values.yaml | a: [',
        'info charts/sub/Chart.yaml',
        'error charts/sub/values.yaml | a: [',
        'warning'
      ]
    },
    args: ['--with-subcharts'],
    files: {
      ...chartYaml('dependencies:\n- {name: sub, version: 1.0.0}\n'),
      'charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 1.0.0\n',
      'charts/sub/values.yaml': 'a: [\n'
    }
  }
]
