import { chartFiles } from '../charts/charts.ts'

/** Name, repository (a name of the market stands for its URL), version, and further lines. */
export type Declared = readonly [name: string, repository: string, version: string, more?: string]

/** A chart that another one leads to by `file://`. */
export interface Sibling {
  readonly version?: string
  readonly dependencies?: readonly Declared[]
  readonly locked?: readonly string[]
}

/** A chart with dependencies. */
export interface DependencyCase {
  readonly title: string
  readonly dependencies: readonly Declared[]
  /** Has its dependencies in requirements.yaml. */
  readonly isV1?: boolean
  /** The versions in its lock, which it has none of otherwise. */
  readonly locked?: readonly string[]
  readonly files?: Readonly<Record<string, string>>
  /** Links by their paths in the chart, with their targets. */
  readonly links?: Readonly<Record<string, string>>
  /** What lies in ../shared, and is a link in the chart. */
  readonly shared?: readonly string[]
  /** Archives of the market in charts/, by their names there. */
  readonly archives?: Readonly<Record<string, string>>
  /** By their folders beside the chart, in the order in which they are to be built. */
  readonly siblings?: Readonly<Record<string, Sibling>>
  readonly flags?: readonly string[]
  /** Whether the repositories of the machine are known to ours. */
  readonly knowsMachine?: boolean
}

const CLASSIC: readonly DependencyCase[] = [
  { title: 'an exact version', dependencies: [['alpha', 'PUBLIC', '1.2.3']] },
  {
    title: 'an exact version, locked',
    dependencies: [['alpha', 'PUBLIC', '1.2.3']],
    locked: ['1.2.3']
  },
  { title: 'a caret range', dependencies: [['alpha', 'PUBLIC', '^1.0.0']] },
  {
    title: 'a range that is locked to an older version',
    dependencies: [
      ['alpha', 'PUBLIC', '^1.0.0'],
      ['beta', 'LOCALHOST', '>=1.0.0']
    ],
    locked: ['1.0.0', '1.0.0']
  },
  { title: 'a tilde range', dependencies: [['alpha', 'LOCALHOST', '~1.2']] },
  { title: 'a hyphen range', dependencies: [['alpha', 'PUBLIC', '0.1.0 - 1.2.1']] },
  { title: 'alternatives', dependencies: [['alpha', 'PUBLIC', '<1.0.0 || 1.2.x']] },
  { title: 'any version', dependencies: [['alpha', 'PUBLIC', '*']] },
  { title: 'a range with pre-releases', dependencies: [['alpha', 'PUBLIC', '>=2.0.0-0 <2.0.0']] },
  { title: 'build metadata', dependencies: [['alpha', 'PUBLIC', '1.3.0+b.1']] },
  { title: 'a version with v', dependencies: [['alpha', 'PUBLIC', 'v3.1.0']], locked: ['v3.1.0'] },
  { title: 'a slash at the end of the URL', dependencies: [['beta', 'PUBLIC/', '1.x']] },
  { title: 'an index in JSON', dependencies: [['alpha', 'JSON', '^1.0.0']], locked: ['1.2.3'] },
  {
    title: 'absolute URLs',
    dependencies: [
      ['alpha', 'ABSOLUTE', '1.2.3'],
      ['beta', 'ABSOLUTE', '*']
    ]
  },
  {
    title: 'names of files that decide the order',
    dependencies: [
      ['alpha', 'ODDNAMES', '1.2.3'],
      ['beta', 'ODDNAMES', '1.0.0'],
      ['delta', 'PUBLIC', '1.0.0']
    ]
  },
  { title: 'a query in the URL', dependencies: [['alpha', 'QUERY', '~1.2.0']] },
  {
    title: 'plain http',
    dependencies: [
      ['alpha', 'PLAIN', '1.0.0'],
      ['gamma', 'PLAIN', '1.0.0']
    ]
  },
  {
    title: 'URLs that lead to registries',
    dependencies: [
      ['alpha', 'LINKED', '*'],
      ['beta', 'LINKED', '^1']
    ]
  },
  { title: 'a login', dependencies: [['alpha', 'BASIC', '^1']] },
  { title: 'a login, locked', dependencies: [['alpha', 'BASIC', '^1']], locked: ['1.2.0'] },
  { title: 'a client certificate', dependencies: [['alpha', 'MUTUAL', '^1']], knowsMachine: true },
  {
    title: 'a subchart with subcharts in it',
    dependencies: [
      ['outer', 'PUBLIC', '1.0.0'],
      ['delta', 'BASIC', '0.9.0']
    ]
  }
]

const REGISTRIES: readonly DependencyCase[] = [
  { title: 'a registry with passwords', dependencies: [['alpha', 'HTPASSWD', '1.2.3']] },
  {
    title: 'a registry with tokens',
    dependencies: [['alpha', 'TOKENS', '1.2.3']],
    locked: ['1.2.3']
  },
  { title: 'a range in a registry', dependencies: [['alpha', 'TOKENS', '^1.0.0']] },
  {
    title: 'ranges in two registries, locked',
    dependencies: [
      ['alpha', 'HTPASSWD', '>=1 <2'],
      ['beta', 'TOKENS', '*']
    ],
    locked: ['1.0.0', '1.0.0']
  },
  { title: 'build metadata in a registry', dependencies: [['alpha', 'HTPASSWD', '1.3.0+b.1']] },
  { title: 'pre-releases in a registry', dependencies: [['alpha', 'TOKENS', '~2.0.0-rc.1']] },
  { title: 'a tag with v', dependencies: [['alpha', 'HTPASSWD', 'v3.1.0']] },
  {
    title: 'repositories of every kind',
    dependencies: [
      ['epsilon', 'PUBLIC', '1.0.0'],
      ['delta', 'BASIC', '~0.9'],
      ['beta', 'TOKENS', '^1'],
      ['alpha', 'HTPASSWD', '^1'],
      ['local', 'file://../local', '>=0.1.0']
    ],
    siblings: { local: {} }
  },
  {
    title: 'repositories of every kind, locked',
    dependencies: [
      ['local', 'file://../local', '>=0.1.0'],
      ['alpha', 'HTPASSWD', '^1'],
      ['beta', 'TOKENS', '^1'],
      ['delta', 'BASIC', '*'],
      ['epsilon', 'PUBLIC', '1.0.0']
    ],
    locked: ['0.1.0', '1.2.0', '1.0.0', '0.9.0', '1.0.0'],
    siblings: { local: {} }
  }
]

const DECLARATIONS: readonly DependencyCase[] = [
  {
    title: 'two aliases of one archive',
    dependencies: [
      ['alpha', 'PUBLIC', '1.2.3', 'alias: first'],
      ['alpha', 'PUBLIC', '1.2.3', 'alias: second']
    ]
  },
  {
    title: 'two aliases of one archive of a registry, locked',
    dependencies: [
      ['alpha', 'TOKENS', '^1', 'alias: first'],
      ['alpha', 'TOKENS', '^1', 'alias: second']
    ],
    locked: ['1.2.0', '1.2.0']
  },
  {
    title: 'conditions, tags and imported values',
    dependencies: [
      ['alpha', 'PUBLIC', '1.2.3', 'condition: alpha.enabled'],
      ['beta', 'BASIC', '1.0.0', 'tags: [backend, "<b>"]'],
      ['delta', 'TOKENS', '1.0.0', 'import-values: [data, {child: a, parent: b}]']
    ]
  },
  {
    title: 'conditions and tags, locked',
    dependencies: [
      ['alpha', 'PUBLIC', '*', 'condition: a.b,c.d'],
      ['beta', 'PUBLIC', '*', 'tags: [x]']
    ],
    locked: ['1.0.0', '1.1.0']
  },
  {
    title: 'a name from the inputs',
    dependencies: [['alpha', '@basic', '^1']],
    flags: ['--repositories=basic=BASIC']
  },
  {
    title: 'a name from the inputs, locked',
    dependencies: [
      ['alpha', 'alias:json', '^1'],
      ['beta', '@public', '*']
    ],
    locked: ['1.0.0', '1.0.0'],
    flags: ['--repositories=json=JSON', '--repositories=public=PUBLIC']
  },
  {
    title: 'names from the machine',
    dependencies: [
      ['alpha', '@mutual', '1.2.3'],
      ['beta', 'alias:basic', '1.x']
    ],
    knowsMachine: true
  },
  {
    title: 'apiVersion v1 without a lock',
    isV1: true,
    dependencies: [
      ['alpha', 'PUBLIC', '^1'],
      ['beta', 'TOKENS', '1.0.0']
    ]
  },
  {
    title: 'apiVersion v1 with a lock',
    isV1: true,
    dependencies: [['alpha', 'BASIC', '^1']],
    locked: ['1.0.0']
  },
  {
    title: 'apiVersion v1 with file:// and a lock',
    isV1: true,
    dependencies: [
      ['local', 'file://../local', '0.x'],
      ['alpha', 'HTPASSWD', '*', 'alias: first']
    ],
    locked: ['0.1.0', '1.0.0'],
    siblings: { local: {} }
  },
  {
    title: 'a lock that is ignored',
    dependencies: [
      ['alpha', 'PUBLIC', '^1'],
      ['beta', 'HTPASSWD', '*']
    ],
    locked: ['1.0.0', '1.0.0'],
    flags: ['--dependencies=update']
  },
  {
    title: 'six subcharts of six repositories',
    dependencies: [
      ['alpha', 'HTPASSWD', '^1'],
      ['beta', 'BASIC', '1.0.0'],
      ['common', 'PUBLIC', '2.x'],
      ['delta', 'TOKENS', '0.9.0'],
      ['epsilon', 'JSON', '*'],
      ['gamma', 'PLAIN', '1.0.0']
    ]
  }
]

const LOCAL: readonly DependencyCase[] = [
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

const FOLDERS: readonly DependencyCase[] = [
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

const LINKED: readonly DependencyCase[] = [
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
  }
]

export const DEPENDENCY_CASES: readonly DependencyCase[] = [
  ...[...CLASSIC, ...REGISTRIES, ...DECLARATIONS],
  ...[...LOCAL, ...FOLDERS, ...LINKED]
]

function inner(): Readonly<Record<string, string>> {
  const files = Object.entries(chartFiles({ name: 'inner', version: '0.1.0' }))
  return Object.fromEntries(files.map(([path, text]) => [`charts/inner/${path}`, text]))
}
