import { CM, chartYaml, type LintChart, template } from './lint-chart.ts'

export const HOSTILE_CHARTS: readonly LintChart[] = [
  {
    title: 'a file name with blanks',
    expected: ['error templates/a b.yaml | a: {{ .Values.n.x }}'],
    files: template('\na: {{ .Values.n.x }}\n', 'a b.yaml')
  },
  {
    title: 'a file name with colons',
    expected: ['error templates/a:7:8: b.yaml | a: {{ .Values.n.x }}'],
    files: template('\na: {{ .Values.n.x }}\n', 'a:7:8: b.yaml')
  },
  {
    title: 'a file name with quotes',
    expected: ['error templates/a"\'<b>.yaml | a: {{ .Values.n.x }}'],
    files: template('\na: {{ .Values.n.x }}\n', `a"'<b>.yaml`)
  },
  {
    title: 'a file name with percents',
    expected: ['error'],
    files: template('\na: {{ .Values.n.x }}\n', 'a%0A::error::%25d.yaml')
  },
  {
    title: 'a file name in another script',
    expected: ['error templates/grüße-日本.yaml | a: {{ .Values.n.x }}'],
    files: template('\na: {{ .Values.n.x }}\n', 'grüße-日本.yaml')
  },
  {
    title: 'a file name with a newline and a finding',
    expected: ['error', 'error'],
    files: template('\na: {{ .Values.n.x }}\n', 'a\n[ERROR] b: c.yaml')
  },
  {
    title: 'a file name with a parenthesis',
    expected: ['error templates/a (1).yaml | a: {{ if }'],
    files: template('\na: {{ if }\n', 'a (1).yaml')
  },
  {
    title: 'a file name with colons that cannot be parsed',
    expected: ['error templates/a:7:8.yaml | a: {{ if }'],
    files: template('\na: {{ if }\n', 'a:7:8.yaml')
  },
  {
    title: 'a chart folder with a finding in its name',
    expected: ['error Chart.yaml'],
    folder: 'c [ERROR] x: y',
    files: { 'charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 1.0.0\n' }
  },
  {
    title: 'a failed template with a finding in its text',
    files: template('{{ tpl "{{ fail \\"boo\\\\n[ERROR] x: y\\\\n::error file=a::b\\" }}" . }}\n')
  },
  {
    title: 'a name with a finding in it',
    expected: ['warning templates/x.yaml'],
    files: template(
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: "a\\n[ERROR] x: y\\n::error::z"\n'
    )
  },
  {
    title: 'a version with a finding in it',
    expected: {
      v3: [
        'error Chart.yaml | version: "1\\n[ERROR] values.yaml: yaml: line 7: x"',
        'error values.yaml | (none)'
      ],
      v4: [
        'error Chart.yaml | version: "1\\n[ERROR] values.yaml: yaml: line 7: x"',
        'error values.yaml | (none)',
        'warning Chart.yaml | version: "1\\n[ERROR] values.yaml: yaml: line 7: x"',
        'error values.yaml | (none)'
      ]
    },
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
    expected: ['warning templates/x.yaml'],
    files: template(
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: "a\\n\\n1 chart(s) linted, 0 chart(s) failed"\n'
    )
  },
  {
    title: 'a dependency with a finding in its name',
    expected: ['warning Chart.yaml | dependencies:'],
    files: chartYaml('dependencies:\n- {name: "a\\n[ERROR] x: y", version: 1.0.0}\n')
  },
  {
    title: 'a value with a place in it',
    expected: [
      'error templates/x.yaml | a: {{ index .Values "parse error at (chart/templates/cm.yaml:3)" "x" "y" }}'
    ],
    files: template(
      `${CM}  a: {{ index .Values "parse error at (chart/templates/cm.yaml:3)" "x" "y" }}\n`
    )
  },
  {
    title: 'a strict run with a warning',
    expected: ['info', 'warning templates/x.yaml'],
    args: ['--strict'],
    files: {
      'values.yaml': null,
      'templates/cm.yaml': CM,
      ...template('apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: Not_Good\n')
    }
  },
  {
    title: 'a chart name with a slash in another folder',
    expected: ['error templates/x.yaml | a: {{ .Values.n.x }}'],
    folder: 'other name',
    files: template('\na: {{ .Values.n.x }}\n')
  },
  {
    title: 'a long text',
    expected: ['error templates/x.yaml | b: {{ include (repeat 3000 "x") . }}'],
    files: template(`a: {{ fail (repeat 3000 "x") }}\nb: {{ include (repeat 3000 "x") . }}\n`)
  }
]
