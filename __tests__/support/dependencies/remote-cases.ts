import type { DependencyCase } from './dependency-case.ts'

export const CLASSIC: readonly DependencyCase[] = [
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

export const REGISTRIES: readonly DependencyCase[] = [
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
