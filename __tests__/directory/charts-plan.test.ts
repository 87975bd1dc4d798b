import { describe, expect, test } from '@jest/globals'
import type { DependencyMode } from '../../src/directory/dependency-mode.ts'
import {
  appYaml,
  chartArchive,
  type Entry,
  plainYaml
} from '../support/dependencies/charts-folder.ts'
import { type Given, planOf, problemsOf } from '../support/dependencies/examine-files.ts'

const REDIS: readonly Entry[] = [{ name: 'redis' }]
const LOCAL: readonly Entry[] = [{ name: 'redis', repository: 'file://../redis' }]
const OF_THE_REGISTRY: readonly Entry[] = [{ name: 'redis', repository: 'oci://r.example/charts' }]
const BARE: readonly Entry[] = [{ name: 'redis', repository: '' }]

const archive = (name: string, version: string, file = `${name}-${version}`) => ({
  [`charts/${file}.tgz`]: chartArchive(name, version)
})
const folder = (name: string, version: string, place = name) => ({
  [`charts/${place}/Chart.yaml`]: plainYaml(name, version)
})
const damaged = { 'charts/redis-1.0.0.tgz': chartArchive('redis').subarray(0, 60) }

const NOTHING = { wanted: [], leftOut: [] }

describe('nothing is fetched, and all stays as it lies, where every dependency is there', () => {
  test.each<[string, Given]>([
    ['as an archive', { dependencies: REDIS, files: archive('redis', '1.2.0') }],
    [
      'as an archive of a registry',
      { dependencies: OF_THE_REGISTRY, files: archive('redis', '1.2.0') }
    ],
    [
      'as an archive without a repository',
      { dependencies: BARE, files: archive('redis', '1.2.0') }
    ],
    ['as a folder', { dependencies: REDIS, files: folder('redis', '1.2.0') }],
    ['as a folder of another name', { dependencies: REDIS, files: folder('redis', '1.2.0', 'x') }],
    [
      'as the folder that file://charts leads to',
      {
        dependencies: [{ name: 'redis', repository: 'file://charts/redis' }],
        files: folder('redis', '1.2.0')
      }
    ],
    [
      'beside archives that are not declared',
      {
        dependencies: REDIS,
        files: { ...archive('redis', '1.2.0'), ...archive('other', '1.0.0') }
      }
    ],
    [
      'for a repository that needs a plugin',
      {
        dependencies: [{ name: 'redis', repository: 's3://bucket/charts' }],
        files: archive('redis', '1.2.0')
      }
    ],
    [
      'for a repository by a name that nobody knows',
      {
        dependencies: [{ name: 'redis', repository: '@nobody' }],
        files: archive('redis', '1.2.0')
      }
    ],
    [
      'for a repository with a mistake',
      {
        dependencies: [{ name: 'redis', repository: 'https://charts.example.com ' }],
        files: archive('redis', '1.2.0')
      }
    ],
    [
      'with a condition or a tag',
      {
        dependencies: [{ name: 'redis', more: ['condition: redis.enabled', 'tags: [x]'] }],
        files: archive('redis', '1.2.0')
      }
    ],
    [
      'once for two aliases',
      {
        dependencies: [
          { name: 'redis', more: ['alias: a'] },
          { name: 'redis', version: '1.x', more: ['alias: b'] }
        ],
        files: archive('redis', '1.2.0')
      }
    ],
    ['with none declared, beside an archive', { files: archive('other', '1.0.0') }]
  ])('%s', (_, given) => {
    expect(planOf(given)).toEqual(NOTHING)
    expect(problemsOf(given)).toEqual([])
  })
})

describe('what is not there is fetched, archives in its place are left out', () => {
  test.each<[string, Given, readonly string[], readonly string[]]>([
    ['missing', { dependencies: REDIS }, ['redis ^1.0.0'], []],
    ['missing, of a registry', { dependencies: OF_THE_REGISTRY }, ['redis ^1.0.0'], []],
    [
      'missing, though a condition may switch it off',
      {
        dependencies: [{ name: 'redis', more: ['condition: redis.enabled'] }]
      },
      ['redis ^1.0.0'],
      []
    ],
    [
      'by a name whose URL is known',
      {
        dependencies: [{ name: 'redis', repository: '@stable' }],
        repositories: { stable: 'https://charts.example.com' }
      },
      ['redis ^1.0.0'],
      []
    ],
    [
      'an archive of another version',
      {
        dependencies: REDIS,
        files: archive('redis', '0.9.0')
      },
      ['redis ^1.0.0'],
      ['redis-0.9.0.tgz']
    ],
    [
      'an archive that cannot be read',
      { dependencies: REDIS, files: damaged },
      ['redis ^1.0.0'],
      ['redis-1.0.0.tgz']
    ],
    [
      'two archives that fit',
      {
        dependencies: REDIS,
        files: { ...archive('redis', '1.0.0'), ...archive('redis', '1.1.0') }
      },
      ['redis ^1.0.0'],
      ['redis-1.0.0.tgz', 'redis-1.1.0.tgz']
    ],
    [
      'two archives that do not',
      {
        dependencies: REDIS,
        files: { ...archive('redis', '0.1.0'), ...archive('redis', '0.2.0') }
      },
      ['redis ^1.0.0'],
      ['redis-0.1.0.tgz', 'redis-0.2.0.tgz']
    ],
    [
      'one of two, beside archives that are not declared',
      {
        dependencies: [...REDIS, { name: 'lib' }],
        files: { ...archive('lib', '1.0.0'), ...archive('other', '1.0.0'), ...folder('x', '1.0.0') }
      },
      ['redis ^1.0.0'],
      ['other-1.0.0.tgz']
    ],
    [
      'under two aliases',
      {
        dependencies: [
          { name: 'redis', more: ['alias: a'] },
          { name: 'redis', more: ['alias: b'] }
        ]
      },
      ['redis ^1.0.0', 'redis ^1.0.0'],
      []
    ],
    [
      'one of two versions by aliases, which is refused later',
      {
        dependencies: [
          { name: 'redis', version: '1.x', more: ['alias: a'] },
          { name: 'redis', version: '2.x', more: ['alias: b'] }
        ],
        files: archive('redis', '1.0.0')
      },
      ['redis 2.x'],
      ['redis-1.0.0.tgz']
    ]
  ])('%s', (_, given, wanted, leftOut) => {
    expect(planOf(given)).toEqual({ wanted, leftOut })
    expect(problemsOf(given)).toEqual([])
  })
})

test('of two archives the one that fits stays, and the other is left out, without a request', () => {
  const given = {
    dependencies: REDIS,
    files: { ...archive('redis', '0.9.0'), ...archive('redis', '1.1.0') }
  }
  expect(planOf(given)).toEqual({ wanted: [], leftOut: ['redis-0.9.0.tgz'] })
  expect(problemsOf(given)).toEqual([])
})

test('a folder that fits stays, an archive beside it is left out', () => {
  const given = {
    dependencies: REDIS,
    files: { ...archive('redis', '0.9.0'), ...folder('redis', '1.1.0') }
  }
  expect(planOf(given)).toEqual({ wanted: [], leftOut: ['redis-0.9.0.tgz'] })
  expect(problemsOf(given)).toEqual([])
})

describe('a folder in charts/ stays, so that nothing is fetched beside it', () => {
  test.each<[string, Given, readonly string[], RegExp]>([
    [
      'of another version',
      { dependencies: REDIS, files: folder('redis', '0.9.0') },
      [],
      /^dependency-outdated: The dependency redis is outdated: charts\/redis has version 0\.9\.0, Chart\.yaml requires "\^1\.0\.0"\. Remove the folder of redis from charts\/, so that the chart of https:\/\/charts\.example\.com\/stable is fetched\.$/
    ],
    [
      'of another version, beside an archive that fits',
      {
        dependencies: REDIS,
        files: { ...folder('redis', '0.9.0'), ...archive('redis', '1.0.0') }
      },
      [],
      /^subchart-twice: .*"charts\/redis-1\.0\.0\.tgz", "charts\/redis"/
    ],
    [
      'that fits, beside an archive that fits: the folder stays alone',
      {
        dependencies: REDIS,
        files: { ...folder('redis', '1.1.0'), ...archive('redis', '1.0.0') }
      },
      ['redis-1.0.0.tgz'],
      /^$/
    ],
    [
      'that is no chart',
      {
        dependencies: REDIS,
        files: { 'charts/redis/values.yaml': 'a: 1\n' }
      },
      [],
      /^chart-yaml-missing: In the subchart charts\/redis: /
    ],
    [
      'whose chart file:// leads elsewhere to',
      { dependencies: LOCAL, files: folder('redis', '1.0.0') },
      [],
      /^subchart-twice: .*charts\/redis, and redis from file:\/\/\.\.\/redis\. Remove the folder/
    ]
  ])('%s', (_, given, leftOut, problem) => {
    expect(planOf(given)).toEqual({ wanted: [], leftOut })
    expect(problemsOf(given).join('\n')).toMatch(problem)
  })
})

describe('charts in folders elsewhere may have changed, so they are always packaged', () => {
  test.each<[DependencyMode, readonly string[], readonly string[]]>([
    ['build', ['redis ^1.0.0'], ['redis-1.0.0.tgz']],
    ['update', ['redis ^1.0.0'], ['redis-1.0.0.tgz']],
    ['check', [], []]
  ])('with `%s`: %j', (mode, wanted, leftOut) => {
    const given = { mode, dependencies: LOCAL, files: archive('redis', '1.0.0') }
    expect(planOf(given)).toEqual({ wanted, leftOut })
    expect(problemsOf(given)).toEqual([])
  })

  test('with `check`, a folder in charts/ will do', () => {
    const given = { mode: 'check', dependencies: LOCAL, files: folder('redis', '1.0.0') } as const
    expect(planOf(given)).toEqual(NOTHING)
    expect(problemsOf(given)).toEqual([])
  })
})

describe('with `update`', () => {
  test('archives are fetched anew, be they in the range or not', () => {
    const files = archive('redis', '1.2.0')
    expect(planOf({ mode: 'update', dependencies: REDIS, files })).toEqual({
      wanted: ['redis ^1.0.0'],
      leftOut: ['redis-1.2.0.tgz']
    })
  })

  test('folders that fit stay, as do archives without a repository', () => {
    const dependencies = [...REDIS, { name: 'lib', repository: '' }]
    const files = { ...folder('redis', '1.2.0'), ...archive('lib', '1.0.0') }
    const given = { mode: 'update', dependencies, files } as const
    expect(planOf(given)).toEqual(NOTHING)
    expect(problemsOf(given)).toEqual([])
  })

  test('an archive of a plugin stays while others are fetched', () => {
    const dependencies = [...REDIS, { name: 'lib', repository: 's3://bucket/charts' }]
    const given = { mode: 'update', dependencies, files: archive('lib', '1.0.0') } as const
    expect(planOf(given)).toEqual({ wanted: ['redis ^1.0.0'], leftOut: [] })
    expect(problemsOf(given)).toEqual([])
  })
})

describe('with `check`, nothing is fetched or left out', () => {
  test.each<[string, Given['files'], RegExp]>([
    [
      'missing',
      {},
      /^dependency-missing: .*Run `helm repo add .* && helm dependency build app` before publishing\.$/
    ],
    [
      'of another version',
      archive('redis', '0.9.0'),
      /^dependency-outdated: .* charts\/redis-0\.9\.0\.tgz has version 0\.9\.0/
    ],
    [
      'that cannot be read',
      damaged,
      /^gzip-header: In the subchart charts\/redis-1\.0\.0\.tgz: The archive is damaged/
    ],
    [
      'there twice',
      { ...archive('redis', '0.9.0'), ...archive('redis', '1.0.0') },
      /^subchart-twice: /
    ]
  ])('an archive %s is a problem', (_, files = {}, problem) => {
    const given = { mode: 'check', dependencies: REDIS, files } as const
    expect(planOf(given)).toEqual(NOTHING)
    expect(problemsOf(given).join('\n')).toMatch(problem)
  })
})

test('a text that is no range is asked for where the chart is missing, and any archive satisfies it, as for helm', () => {
  const dependencies = [{ name: 'redis', version: 'latest' }]
  expect(planOf({ dependencies }).wanted).toEqual(['redis latest'])
  expect(planOf({ dependencies, files: archive('redis', '1.0.0') })).toEqual(NOTHING)
})

test('dependencies may stand in requirements.yaml of a v1 chart', () => {
  const yaml = appYaml(REDIS)
  const at = yaml.indexOf('dependencies:')
  const files = {
    'Chart.yaml': yaml.slice(0, at).replace('v2', 'v1'),
    'requirements.yaml': yaml.slice(at)
  }
  expect(planOf({ files }).wanted).toEqual(['redis ^1.0.0'])
})
