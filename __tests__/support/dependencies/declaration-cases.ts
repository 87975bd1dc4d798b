import type { DependencyCase } from './dependency-case.ts'

export const DECLARATIONS: readonly DependencyCase[] = [
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
