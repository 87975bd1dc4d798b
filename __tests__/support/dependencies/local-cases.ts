import { chartFiles } from '../charts/charts.ts'
import type { DependencyCase } from './dependency-case.ts'

export const LOCAL: readonly DependencyCase[] = [
  {
    title: 'a chart beside it',
    dependencies: [['local', 'file://../local', '0.1.0']],
    siblings: { local: {} }
  },
  {
    title: 'a chart by its absolute path, locked',
    dependencies: [['local', 'file://HERE/local', '~0.1']],
    locked: ['0.1.0'],
    siblings: { local: {} }
  },
  {
    title: 'charts in three levels',
    dependencies: [['one', 'file://../one', '0.1.0']],
    siblings: {
      three: {},
      two: { dependencies: [['three', 'file://../three', '*']] },
      one: { dependencies: [['two', 'file://../two', '0.1.0']] }
    }
  },
  {
    title: 'charts in three levels with locks, and remote ones below',
    dependencies: [
      ['one', 'file://../one', '>=0'],
      ['alpha', 'PUBLIC', '1.2.3']
    ],
    locked: ['0.1.0', '1.2.3'],
    siblings: {
      three: { dependencies: [['delta', 'TOKENS', '*']], locked: ['0.9.0'] },
      two: { dependencies: [['three', 'file://../three', '*']], locked: ['0.1.0'] },
      one: {
        dependencies: [
          ['two', 'file://../two', '0.1.0'],
          ['beta', 'BASIC', '*']
        ],
        locked: ['0.1.0', '1.0.0']
      }
    }
  },
  {
    title: 'a chart that two others share',
    dependencies: [
      ['left', 'file://../left', '*'],
      ['right', 'file://../right', '*']
    ],
    siblings: {
      base: { dependencies: [['alpha', 'HTPASSWD', '1.0.0']] },
      left: { dependencies: [['base', 'file://../base', '*']] },
      right: { dependencies: [['base', 'file://../base', '*']] }
    }
  }
]

export const FOLDERS: readonly DependencyCase[] = [
  {
    title: 'a folder in charts/ beside what is fetched',
    dependencies: [
      ['inner', '', '0.1.0'],
      ['alpha', 'PUBLIC', '^1']
    ],
    files: inner()
  },
  {
    title: 'a folder in charts/ beside what is fetched, locked',
    dependencies: [
      ['inner', '', '>=0.1.0'],
      ['alpha', 'BASIC', '^1']
    ],
    locked: ['>=0.1.0', '1.0.0'],
    files: inner()
  },
  {
    title: 'archives in charts/ of other versions and of other charts',
    dependencies: [
      ['alpha', 'PUBLIC', '1.2.3'],
      ['beta', 'TOKENS', '1.0.0']
    ],
    archives: {
      'alpha-1.0.0.tgz': 'alpha-1.0.0',
      'old-name.tgz': 'delta-1.0.0',
      'beta-1.1.0.tgz': 'beta-1.1.0'
    }
  },
  {
    title: 'an archive of another version in charts/, locked',
    dependencies: [['alpha', 'PUBLIC', '^1']],
    locked: ['1.0.0'],
    archives: { 'alpha-1.2.0.tgz': 'alpha-1.2.0' }
  },
  {
    title: 'rules in .helmignore',
    dependencies: [
      ['alpha', 'PUBLIC', '1.2.3'],
      ['common', 'HTPASSWD', '2.x']
    ],
    files: {
      '.helmignore': '*.bak\n/docs/\n.git\n',
      'values.bak': 'a: b\n',
      'docs/a.md': '# A\n',
      'README.md': '# App\n'
    }
  },
  {
    title: 'all that a chart can hold',
    dependencies: [['alpha', 'PUBLIC', '1.2.3']],
    files: {
      'crds/a.yaml': 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n',
      'values.schema.json': '{"type":"object"}\n',
      LICENSE: 'Do with it what you like.\r\n',
      'files/a/b/c.bin': '\u0000\u0001\u0002',
      'templates/NOTES.txt': 'Hello\n',
      'templates/tests/t.yaml': 'a: {{ .Release.Name }}\n'
    }
  }
]

export const LINKED: readonly DependencyCase[] = [
  {
    title: 'relative links in templates/',
    dependencies: [['alpha', 'PUBLIC', '1.2.3']],
    files: { 'files/page.html': '<p>\n' },
    links: {
      'templates/page.html': '../files/page.html',
      'templates/sub/up.yaml': '../configmap.yaml'
    }
  },
  {
    title: 'links into charts/',
    dependencies: [
      ['inner', '', '0.1.0'],
      ['alpha', 'TOKENS', '^1']
    ],
    files: inner(),
    links: {
      'templates/inner.yaml': '../charts/inner/templates/configmap.yaml',
      'files/inner': '../charts/inner'
    }
  },
  {
    title: 'Chart.yaml as a link',
    dependencies: [['alpha', 'BASIC', '1.2.3']],
    locked: ['1.2.3'],
    shared: ['Chart.yaml']
  },
  {
    title: 'folders and values as links',
    dependencies: [
      ['alpha', 'HTPASSWD', '1.2.3'],
      ['local', 'file://../local', '0.1.0']
    ],
    shared: ['templates', 'values.yaml'],
    siblings: { local: {} }
  },
  {
    title: 'a folder in charts/ as a link',
    dependencies: [
      ['inner', '', '0.1.0'],
      ['alpha', 'PUBLIC', '1.2.3']
    ],
    files: inner(),
    shared: ['charts/inner']
  },
  {
    title: 'charts/ as a link',
    dependencies: [
      ['inner', '', '0.1.0'],
      ['alpha', 'PUBLIC', '^1']
    ],
    files: inner(),
    shared: ['charts']
  },
  {
    title: 'a lock as a link',
    dependencies: [['alpha', 'TOKENS', '^1']],
    locked: ['1.0.0'],
    shared: ['Chart.lock']
  },
  {
    title: 'links to files of other charts',
    dependencies: [['local', 'file://../local', '0.1.0']],
    siblings: { local: {} },
    links: {
      'templates/local': '../../local/templates',
      'files/values.yaml': '../../local/values.yaml'
    }
  }
]

function inner(): Readonly<Record<string, string>> {
  const files = Object.entries(chartFiles({ name: 'inner', version: '0.1.0' }))
  return Object.fromEntries(files.map(([path, text]) => [`charts/inner/${path}`, text]))
}
