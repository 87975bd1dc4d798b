import { describe, expect, test } from '@jest/globals'
import {
  chartArchive,
  dependenciesYaml,
  type Entry,
  plainYaml
} from '../support/dependencies/charts-folder.ts'
import { type Given, problemsOf } from '../support/dependencies/examine-files.ts'
import { lockOf } from '../support/dependencies/lock-of.ts'

const declared = (repository: string, name = 'redis'): Entry => ({ name, repository })
const MISSING = 'dependency-missing: Chart.yaml declares dependencies that are not in charts/:'

describe('what nobody fetches is named with what resolves it', () => {
  test.each(['', 'file://charts/redis'])('%j: a folder that has to be there', (repository) => {
    expect(problemsOf({ dependencies: [declared(repository)] })).toEqual([
      `${MISSING} "redis". Put the chart into charts/redis, or set its \`repository\`.`
    ])
  })

  test.each([
    [
      '@stable',
      'the repository "@stable" has no URL. Add the line `stable: https://…` to `repositories`, or run `helm repo add` in an earlier step.'
    ],
    [
      'alias:stable',
      'the repository "alias:stable" has no URL. Add the line `stable: https://…` to `repositories`, or run `helm repo add` in an earlier step.'
    ],
    [
      's3://bucket/charts',
      '"s3:" needs a plugin of Helm. Run `helm dependency build` with that plugin in an earlier step.'
    ],
    [
      'git+https://github.com/o/r@charts?ref=v1',
      '"git+https:" needs a plugin of Helm. Run `helm dependency build` with that plugin in an earlier step.'
    ],
    [
      'https://charts.example.com ',
      'the repository "https://charts.example.com " cannot be used: it has spaces around it. Remove the spaces around the URL.'
    ],
    [
      'oci://ghcr.io/acme/',
      'the repository "oci://ghcr.io/acme/" cannot be used: it ends in a slash. Write it as oci://ghcr.io/acme.'
    ],
    [
      'stable',
      'the repository "stable" cannot be used: it is not a URL. Write a URL, or `@stable` for a repository with that name.'
    ]
  ])('%j: what is wrong with it', (repository, text) => {
    expect(problemsOf({ dependencies: [declared(repository)] })).toEqual([
      `dependency-missing: The dependency redis is not in charts/, and ${text}`
    ])
  })

  test('a key that Helm passes over is named in place of the repository that it was meant to be', () => {
    const yaml = `${plainYaml('app')}dependencies: [{name: redis, version: 1.0.0, url: "https://h"}]\n`
    expect(problemsOf({ files: { 'Chart.yaml': yaml } })).toEqual([
      'dependency-missing: The dependency redis is not in charts/, and it has no `repository`, but the key `url`, which Helm does not know. Write `repository`.'
    ])
  })

  test('a .helmignore that hides charts/ is named before anything is fetched', () => {
    const [problem, ...more] = problemsOf({
      dependencies: [declared('https://charts.example.com')],
      ignore: 'charts/'
    })
    expect(problem).toContain('dependency-ignored: ')
    expect(problem).toContain(
      'Line 1 of .helmignore, "charts/", leaves a dependency out of the chart: charts.'
    )
    expect(more).toEqual([])
  })

  test.each(['https://me:hunter2@charts.example.com', 'oci://me:hunter2@ghcr.io/acme'])(
    'a login in a URL is refused and not shown (%#)',
    (repository) => {
      const texts = problemsOf({ dependencies: [declared(repository)] }).join()
      expect(texts).toContain('***@')
      expect(texts).toContain('it contains a login')
      expect(texts).not.toContain('hunter2')
    }
  )

  test('all are named, those for folders together', () => {
    const problems = problemsOf({
      dependencies: [declared('s3://a', 'one'), declared('', 'two'), declared('', 'three')]
    })
    expect(problems).toEqual([
      expect.stringContaining('The dependency one is not in charts/, and "s3:" needs a plugin'),
      expect.stringContaining(`${MISSING} "two", "three".`)
    ])
  })

  test('what is fetched beside it is no problem', () => {
    const dependencies = [declared('', 'lib'), declared('https://charts.example.com')]
    const [problem, ...more] = problemsOf({ dependencies })
    expect(problem).toContain(`${MISSING} "lib".`)
    expect(more).toEqual([])
  })

  test('an archive that cannot be read is named by what is wrong with it, not as missing', () => {
    const files = { 'charts/redis-1.0.0.tgz': chartArchive('redis').subarray(0, 60) }
    const [problem, ...more] = problemsOf({ dependencies: [declared('s3://bucket')], files })
    expect(problem).toContain('In the subchart charts/redis-1.0.0.tgz: The archive is damaged')
    expect(more).toEqual([])
  })
})

describe('a key of a dependency that Helm does not know is named', () => {
  const withKey = (key: string): Given => {
    const yaml = `${plainYaml('app')}dependencies:\n- name: redis\n  version: 1.x\n  ${key}\n`
    return { files: { 'Chart.yaml': yaml } }
  }

  test.each([
    ['repostitory: https://charts.example.com', '`repostitory`'],
    ['url: https://charts.example.com', '`url`'],
    ['"re po": x\n  reposit: y', '`re po`, `reposit`'],
    [`${'k'.repeat(500)}: x`, `\`${'k'.repeat(90)}`]
  ])('%s', (key, shown) => {
    const [problem] = problemsOf(withKey(key))
    expect(problem).toContain('redis is not in charts/, and it has no `repository`, but the key')
    expect(problem).toContain(shown)
    expect(problem).toContain('Write `repository`')
    expect(problem?.length).toBeLessThan(500)
  })

  test.each([
    'alias: x',
    'condition: x',
    'tags: [x]',
    'import-values: [x]',
    'enabled: true',
    'ALIAS: x'
  ])('but not %s, which it knows', (key) => {
    expect(problemsOf(withKey(key)).join()).toContain('Put the chart into charts/redis')
  })

  test('a dependency that is there, and one with a repository, may have any key', () => {
    const yaml = `${plainYaml('app')}dependencies:\n- {name: a, version: 1.x, url: x}\n- {name: b, version: 1.x, repository: "https://charts.example.com", note: x}\n`
    const files = { 'Chart.yaml': yaml, 'charts/a/Chart.yaml': plainYaml('a') }
    expect(problemsOf({ files })).toEqual([])
  })

  test('one of several entries of a name is told of its own key', () => {
    const yaml = `${plainYaml('app')}dependencies:\n- {name: a, version: 1.x, url: x, alias: one}\n- {name: a, version: 1.x, alias: two}\n`
    expect(problemsOf({ files: { 'Chart.yaml': yaml } }).join()).toContain('the key `url`')
  })

  test('in requirements.yaml as well', () => {
    const files = {
      'Chart.yaml': plainYaml('app').replace('v2', 'v1'),
      'requirements.yaml': 'dependencies:\n- {name: redis, version: 1.x, repo: x}\n'
    }
    expect(problemsOf({ files }).join()).toContain('the key `repo`')
  })
})

describe('a version that does not fit', () => {
  const BUCKET: readonly Entry[] = [declared('s3://bucket')]
  const chartYaml = `${plainYaml('app')}${dependenciesYaml(BUCKET)}`
  const lock = lockOf({ 'Chart.yaml': chartYaml }, ['1.0.0'], new Map())

  test('is told with the range, where there is no lock', () => {
    const files = { 'charts/redis-0.9.0.tgz': chartArchive('redis', '0.9.0') }
    expect(problemsOf({ dependencies: BUCKET, files })).toEqual([
      'dependency-outdated: The dependency redis is outdated: charts/redis-0.9.0.tgz has version 0.9.0, Chart.yaml requires "^1.0.0". Run `helm dependency build` with that plugin in an earlier step.'
    ])
  })

  test('is told with the locked version, also within the range', () => {
    const files = { 'Chart.lock': lock, 'charts/redis.tgz': chartArchive('redis', '1.1.0') }
    expect(problemsOf({ dependencies: BUCKET, files }).join()).toContain(
      'charts/redis.tgz has version 1.1.0, Chart.lock has 1.0.0.'
    )
  })

  test('with `update`, the lock does not count', () => {
    const files = { 'Chart.lock': lock, 'charts/redis.tgz': chartArchive('redis', '1.1.0') }
    expect(problemsOf({ mode: 'update', dependencies: BUCKET, files })).toEqual([])
  })

  test('as a pre-release comes with how a range includes one', () => {
    const files = { 'charts/redis.tgz': chartArchive('redis', '1.1.0-rc.1') }
    expect(problemsOf({ dependencies: BUCKET, files }).join()).toContain(
      'A range includes pre-releases when it names one, such as ">=1.2.0-0".'
    )
  })

  test('for one of two aliases is told once, with why that cannot be', () => {
    const dependencies = [
      { name: 'redis', version: '1.x', repository: 's3://bucket', more: ['alias: a'] },
      { name: 'redis', version: '2.x', repository: 's3://bucket', more: ['alias: b'] },
      { name: 'redis', version: '2.x', repository: 's3://bucket', more: ['alias: c'] }
    ]
    const files = { 'charts/redis.tgz': chartArchive('redis', '1.0.0') }
    expect(problemsOf({ dependencies, files })).toEqual([
      'dependency-outdated: The dependency redis is outdated: charts/redis.tgz has version 1.0.0, Chart.yaml requires "2.x". Declare only one version of it: an archive cannot contain two versions of a chart, whatever their aliases.'
    ])
  })
})

describe('with `check`, the fix is a command that fills charts/ on a machine without repositories', () => {
  const fixOf = (given: Given) => problemsOf({ mode: 'check', ...given }).join('\n')

  test('it adds repositories and shows neither logins nor queries of them', () => {
    const dependencies = [
      declared('https://me:hunter2@charts.example.com/a?key=hunter2', 'one'),
      declared('https://other.example/b?token=hunter2', 'two')
    ]
    const text = fixOf({ dependencies })
    expect(text).toContain('helm repo add charts-example-com-a https://charts.example.com/a &&')
    expect(text).toContain('helm repo add other-example-b https://other.example/b &&')
    expect(text).not.toContain('hunter2')
  })

  test('it names the input for nothing that Helm does itself', () => {
    expect(fixOf({ dependencies: [declared('@stable')] })).toContain(
      'Run `helm repo add stable` with its URL first. Run `helm dependency build app` before publishing.'
    )
  })

  test('a chart of a folder is built by it as well', () => {
    expect(fixOf({ dependencies: [declared('file://../redis')] })).toContain(
      'Run `helm dependency build app` before publishing.'
    )
  })
})
