import { chartYaml, type LintChart } from './lint-chart.ts'

export const CHART_YAML_CHARTS: readonly LintChart[] = [
  { title: 'nothing', files: {} },
  {
    title: 'no icon',
    expected: ['info Chart.yaml'],
    files: { 'Chart.yaml': 'apiVersion: v2\nname: chart\nversion: 1.0.0\n' }
  },
  { title: 'no Chart.yaml', expected: ['error'], files: { 'Chart.yaml': null } },
  {
    title: 'an empty Chart.yaml',
    expected: {
      v3: ['error Chart.yaml', 'error Chart.yaml', 'error Chart.yaml', 'info Chart.yaml'],
      v4: [
        'error Chart.yaml',
        'error Chart.yaml',
        'error Chart.yaml',
        'info Chart.yaml',
        'warning Chart.yaml'
      ]
    },
    files: { 'Chart.yaml': '' }
  },
  {
    title: 'a Chart.yaml that is not YAML',
    expected: ['error Chart.yaml | version: [1.0.0'],
    files: { 'Chart.yaml': 'apiVersion: v2\nname: chart\nversion: [1.0.0\nicon: x\n' }
  },
  {
    title: 'a Chart.yaml with a tab',
    expected: ['error Chart.yaml | version: 1.0.0'],
    files: { 'Chart.yaml': 'apiVersion: v2\nname: chart\n\tversion: 1.0.0\n' }
  },
  {
    title: 'a Chart.yaml that is a list',
    expected: ['error Chart.yaml'],
    files: { 'Chart.yaml': '- apiVersion: v2\n' }
  },
  {
    title: 'no version',
    expected: { v3: ['error Chart.yaml'], v4: ['error Chart.yaml', 'warning Chart.yaml'] },
    files: { 'Chart.yaml': 'apiVersion: v2\nname: chart\nicon: https://x.y/z\n' }
  },
  {
    title: 'no name',
    expected: ['error Chart.yaml'],
    files: { 'Chart.yaml': 'apiVersion: v2\nversion: 1.0.0\nicon: https://x.y/z\n' }
  },
  {
    title: 'no apiVersion',
    expected: ['error Chart.yaml'],
    files: { 'Chart.yaml': 'name: chart\nversion: 1.0.0\nicon: https://x.y/z\n' }
  },
  {
    title: 'a version that is not SemVer',
    expected: {
      v3: ['error Chart.yaml | version: one'],
      v4: ['error Chart.yaml | version: one', 'warning Chart.yaml | version: one']
    },
    files: { 'Chart.yaml': 'apiVersion: v2\nname: chart\nversion: one\nicon: https://x.y/z\n' }
  },
  {
    title: 'a version that is a number',
    expected: {
      v3: ['error Chart.yaml | version: 1.2'],
      v4: ['error Chart.yaml | version: 1.2', 'warning Chart.yaml | version: 1.2']
    },
    files: { 'Chart.yaml': 'apiVersion: v2\nname: chart\nversion: 1.2\nicon: https://x.y/z\n' }
  },
  {
    title: 'a version that only strict SemVer refuses',
    expected: { v3: [], v4: ['warning Chart.yaml | version: "1.2"'] },
    files: { 'Chart.yaml': 'apiVersion: v2\nname: chart\nversion: "1.2"\nicon: https://x.y/z\n' }
  },
  {
    title: 'a name that is a path',
    expected: ['error Chart.yaml | name: a/b'],
    files: { 'Chart.yaml': 'apiVersion: v2\nname: a/b\nversion: 1.0.0\nicon: https://x.y/z\n' }
  },
  {
    title: 'a name with capitals',
    files: { 'Chart.yaml': 'apiVersion: v2\nname: My_Chart\nversion: 1.0.0\nicon: https://x.y/z\n' }
  },
  {
    title: 'an unknown type',
    expected: ['error Chart.yaml | type: plugin'],
    files: chartYaml('type: plugin\n')
  },
  {
    title: 'an unknown apiVersion',
    expected: ['error Chart.yaml | apiVersion: v9'],
    files: { 'Chart.yaml': 'apiVersion: v9\nname: chart\nversion: 1.0.0\nicon: https://x.y/z\n' }
  },
  {
    title: 'an icon that is no URL',
    expected: ['error Chart.yaml | icon: not a url'],
    files: { 'Chart.yaml': 'apiVersion: v2\nname: chart\nversion: 1.0.0\nicon: not a url\n' }
  },
  {
    title: 'a source that is no URL',
    expected: ['error Chart.yaml | sources: ["not a url"]'],
    files: chartYaml('sources: ["not a url"]\nhome: also not\n')
  },
  {
    title: 'a maintainer without a name, and one with a bad address',
    expected: ['error Chart.yaml | maintainers:'],
    files: chartYaml(
      'maintainers:\n- email: a@example.com\n- name: b\n  email: none\n- name: c\n  url: none\n'
    )
  },
  {
    title: 'an unknown key',
    expected: { v3: [], v4: ['warning Chart.yaml | colour: red'] },
    files: chartYaml('colour: red\n')
  },
  {
    title: 'a key twice',
    expected: { v3: [], v4: ['warning Chart.yaml | description: b'] },
    files: chartYaml('description: a\ndescription: b\n')
  },
  {
    title: 'keywords that are a text',
    expected: ['error Chart.yaml | keywords: a, b'],
    files: chartYaml('keywords: a, b\n')
  },
  {
    title: 'an appVersion that is a number',
    expected: ['error Chart.yaml | appVersion: 1.10'],
    files: chartYaml('appVersion: 1.10\n')
  },
  { title: 'a kubeVersion that is nothing', files: chartYaml('kubeVersion: "never"\n') },
  {
    title: 'several faults in Chart.yaml',
    expected: {
      v3: [
        'error Chart.yaml | name: a/b',
        'error Chart.yaml',
        'error Chart.yaml | version: x',
        'error Chart.yaml | icon: y'
      ],
      v4: [
        'error Chart.yaml | name: a/b',
        'error Chart.yaml',
        'error Chart.yaml | version: x',
        'error Chart.yaml | icon: y',
        'warning Chart.yaml | version: x'
      ]
    },
    files: { 'Chart.yaml': 'name: a/b\nversion: x\nicon: y\n' }
  }
]
