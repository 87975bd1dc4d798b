import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import type { DependencyMode } from '../../src/directory/dependency-mode.ts'
import {
  appYaml,
  chartArchive,
  dependenciesYaml,
  type Entry,
  plainYaml
} from '../support/dependencies/charts-folder.ts'
import { examineFiles, type Given, problemText } from '../support/dependencies/examine-files.ts'
import { lockOf } from '../support/dependencies/lock-of.ts'

const REDIS: readonly Entry[] = [{ name: 'redis' }]
const NAMED: readonly Entry[] = [{ name: 'redis', repository: '@stable' }]
const URL = 'https://charts.example.com/stable'
const V1 = plainYaml('app').replace('v2', 'v1')
const MODES = ['build', 'update', 'check'] as const

/** As `helm dependency update` would write it. */
function lockFor(entries: readonly Entry[], versions: readonly string[], urls = {}): string {
  return lockOf({ 'Chart.yaml': appYaml(entries) }, versions, new Map(Object.entries(urls)))
}

function lockIn(given: Given) {
  const { state, problems } = examineFiles(given)
  const { name, stale, lock } = state.lock ?? {}
  return {
    name,
    stale,
    versions: lock?.dependencies.map((entry) => entry?.version),
    wanted: state.declared.map(({ locked }) => locked),
    problems: problems.filter(({ code }) => code.startsWith('lock-')).map(problemText)
  }
}

const NONE = { stale: undefined, versions: undefined, wanted: [undefined], problems: [] }

describe('the lock that counts', () => {
  const lock = lockFor(REDIS, ['1.1.0'])
  const found = { stale: undefined, versions: ['1.1.0'], wanted: ['1.1.0'], problems: [] }

  test('is Chart.lock with apiVersion v2, also where requirements.yaml declares', () => {
    expect(lockIn({ dependencies: REDIS, files: { 'Chart.lock': lock } })).toEqual({
      name: 'Chart.lock',
      ...found
    })
    const files = {
      'Chart.yaml': plainYaml('app'),
      'requirements.yaml': dependenciesYaml(REDIS),
      'Chart.lock': lock
    }
    expect(lockIn({ files })).toEqual({ name: 'Chart.lock', ...found })
  })

  test.each([
    ['Chart.yaml', { 'Chart.yaml': `${V1}${dependenciesYaml(REDIS)}` }],
    ['requirements.yaml', { 'Chart.yaml': V1, 'requirements.yaml': dependenciesYaml(REDIS) }]
  ])('is requirements.lock with apiVersion v1, where %s declares', (_, files) => {
    expect(lockIn({ files: { ...files, 'requirements.lock': lock } })).toEqual({
      name: 'requirements.lock',
      ...found
    })
  })

  test('is requirements.lock with apiVersion v1 beside a Chart.lock in step', () => {
    const files = {
      'Chart.yaml': `${V1}${dependenciesYaml(REDIS)}`,
      'Chart.lock': lockFor(REDIS, ['1.0.0']),
      'requirements.lock': lock
    }
    expect(lockIn({ files })).toEqual({ name: 'requirements.lock', ...found })
  })

  test('names no version for a dependency of another name, which the digest of Helm 2 does not see', () => {
    const declared = [{ name: 'redis', version: '^1.0.0', repository: URL }]
    const json = JSON.stringify({ dependencies: declared })
    const digest = createHash('sha256').update(json).digest('hex')
    const text = `dependencies:\n- {name: other, version: 1.1.0, repository: "${URL}"}\ndigest: sha256:${digest}\n`
    const yaml = dependenciesYaml(REDIS)
    const files = { 'Chart.yaml': V1, 'requirements.yaml': yaml, 'requirements.lock': text }
    expect(lockIn({ files })).toMatchObject({ versions: ['1.1.0'], wanted: [undefined] })
  })

  test('may have the digest of Helm 2 with apiVersion v1, before names are replaced, but not with v2', () => {
    const json = JSON.stringify({
      dependencies: [{ name: 'redis', version: '^1.0.0', repository: '@stable' }]
    })
    const digest = createHash('sha256').update(json).digest('hex')
    const text = `dependencies:\n- {name: redis, version: 1.1.0, repository: "${URL}"}\ndigest: sha256:${digest}\n`
    const yaml = dependenciesYaml(NAMED)
    const old = { 'Chart.yaml': V1, 'requirements.yaml': yaml, 'requirements.lock': text }
    expect(lockIn({ files: old }).versions).toEqual(['1.1.0'])
    const moved = { 'Chart.yaml': `${plainYaml('app')}${yaml}`, 'Chart.lock': text }
    expect(lockIn({ files: moved }).stale).toBe('Chart.lock')
  })

  test.each(MODES)(
    'is none where there is no file, an empty one or no dependency, with `%s`',
    (mode) => {
      expect(lockIn({ mode, dependencies: REDIS })).toEqual({ name: 'Chart.lock', ...NONE })
      expect(lockIn({ mode, dependencies: REDIS, files: { 'Chart.lock': '' } })).toEqual({
        name: 'Chart.lock',
        ...NONE
      })
      expect(lockIn({ mode, files: { 'Chart.lock': lock } })).toEqual({
        name: 'Chart.lock',
        ...NONE,
        wanted: []
      })
    }
  )

  test('is none with `update`', () => {
    const given = { mode: 'update', dependencies: REDIS, files: { 'Chart.lock': lock } } as const
    expect(lockIn(given)).toEqual({ name: 'Chart.lock', ...NONE })
  })

  test('names versions by the place and the name of a dependency', () => {
    const dependencies = [{ name: 'redis', more: ['alias: a'] }, { name: 'lib' }]
    const text = lockFor(dependencies, ['1.1.0', '1.2.0'])
    expect(lockIn({ dependencies, files: { 'Chart.lock': text } }).wanted).toEqual([
      '1.1.0',
      '1.2.0'
    ])
  })
})

describe('a lock that was made for other dependencies', () => {
  const stale = lockFor([{ name: 'redis', version: '0.x' }], ['0.9.0'])

  test.each<[DependencyMode, readonly string[]]>([
    [
      'build',
      [
        'lock-out-of-step: Chart.lock is out of sync with the dependencies in Chart.yaml. Run `helm dependency update app`, and commit Chart.lock.'
      ]
    ],
    [
      'check',
      [
        'lock-out-of-step: Chart.lock is out of sync with the dependencies in Chart.yaml. Run `helm dependency update app`, and commit Chart.lock.'
      ]
    ],
    ['update', []]
  ])('with `%s` is a problem of %j', (mode, problems) => {
    const given = { mode, dependencies: REDIS, files: { 'Chart.lock': stale } }
    const expected = mode === 'update' ? undefined : 'Chart.lock'
    expect(lockIn(given)).toMatchObject({ problems, stale: expected, versions: undefined })
  })

  test.each<[string, Given]>([
    [
      'with its digest edited',
      { files: { 'Chart.lock': lockFor(REDIS, ['1.1.0']).replace(/sha256:./, 'sha256:0') } }
    ],
    [
      'with another version written into it',
      { files: { 'Chart.lock': lockFor(REDIS, ['1.1.0']).replace('1.1.0', '1.2.0') } }
    ],
    ['without dependencies', { files: { 'Chart.lock': lockFor([], []) } }],
    [
      'before a condition was added',
      {
        dependencies: [{ name: 'redis', more: ['condition: redis.enabled'] }],
        files: { 'Chart.lock': lockFor(REDIS, ['1.1.0']) }
      }
    ]
  ])('is one %s', (_, given) => {
    expect(lockIn({ dependencies: REDIS, ...given }).problems.join()).toContain('is out of sync')
  })

  test('is one also where everything lies in charts/', () => {
    const files = { 'Chart.lock': stale, 'charts/redis.tgz': chartArchive('redis') }
    expect(lockIn({ dependencies: REDIS, files }).stale).toBe('Chart.lock')
  })
})

describe('a requirements.lock in a chart with apiVersion v2', () => {
  const lock = lockFor(REDIS, ['1.1.0'])
  const text =
    'lock-left-over: requirements.lock is left over from apiVersion v1: with apiVersion v2, Helm writes its content into the Chart.lock of the archive. Remove requirements.lock.'

  test.each(['build', 'update'] as const)('is refused with `%s`', (mode) => {
    const files = { 'Chart.lock': lock, 'requirements.lock': lock }
    expect(lockIn({ mode, dependencies: REDIS, files }).problems).toEqual([text])
    expect(
      lockIn({ mode, dependencies: REDIS, files: { 'requirements.lock': lock } }).problems
    ).toEqual([text])
    expect(lockIn({ mode, files: { 'requirements.lock': lock } }).problems).toEqual([text])
  })

  test('is left to helm with `check`', () => {
    const files = { 'requirements.lock': lock }
    expect(lockIn({ mode: 'check', dependencies: REDIS, files }).problems).toEqual([])
  })

  test('that was made for other dependencies is to be removed, not brought into step', () => {
    const files = { 'Chart.lock': lock, 'requirements.lock': lockFor([], []) }
    expect(lockIn({ dependencies: REDIS, files }).problems).toEqual([text])
  })

  test('is named beside a Chart.lock that is out of sync', () => {
    const stale = lockFor([], [])
    const files = { 'Chart.lock': stale, 'requirements.lock': lock }
    expect(lockIn({ dependencies: REDIS, files }).problems).toEqual([
      expect.stringContaining('Chart.lock is out of sync'),
      text
    ])
  })
})

describe('a repository that has a name', () => {
  const lock = lockFor(NAMED, ['1.1.0'], { stable: URL })

  test.each([
    [URL, 'is as the lock has it'],
    [`${URL}/`, 'may have a slash at its end'],
    [undefined, 'may have no URL here']
  ])('%s %s', (url, _) => {
    const repositories = url === undefined ? {} : { stable: url }
    const files = { 'Chart.lock': lock }
    expect(lockIn({ dependencies: NAMED, files, repositories })).toMatchObject({
      stale: undefined,
      versions: ['1.1.0']
    })
  })

  test('that has another URL by now makes the lock stale', () => {
    const repositories = { stable: 'https://charts.example.com/other' }
    const given = { dependencies: NAMED, files: { 'Chart.lock': lock }, repositories }
    expect(lockIn(given).stale).toBe('Chart.lock')
  })

  test('whose URL the lock has with a slash counts without one', () => {
    const files = { 'Chart.lock': lockFor(NAMED, ['1.1.0'], { stable: `${URL}/` }) }
    const repositories = { stable: URL }
    expect(lockIn({ dependencies: NAMED, files, repositories }).versions).toEqual(['1.1.0'])
  })

  test('but a slash that Chart.yaml writes itself makes a difference, as for helm', () => {
    const files = { 'Chart.lock': lockFor(REDIS, ['1.1.0']) }
    const dependencies = [{ name: 'redis', repository: `${URL}/` }]
    expect(lockIn({ dependencies, files }).stale).toBe('Chart.lock')
  })

  test('with a condition that was added is stale, whatever its URL', () => {
    const dependencies = [{ ...NAMED[0], name: 'redis', more: ['condition: x'] }]
    expect(lockIn({ dependencies, files: { 'Chart.lock': lock } }).stale).toBe('Chart.lock')
  })
})

test('a lock that cannot be read is a problem of the file, and nothing is guessed', () => {
  const { problems } = examineFiles({ dependencies: REDIS, files: { 'Chart.lock': 'a: b: c' } })
  expect(problems.map(problemText).join()).toContain('Chart.lock cannot be read')
})
