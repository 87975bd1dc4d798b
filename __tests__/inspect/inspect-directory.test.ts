import { symlink } from 'node:fs/promises'
import { describe, expect, test } from '@jest/globals'
import { inspectDirectory } from '../../src/inspect/inspect-directory.ts'
import { Failure } from '../../src/shared/failure.ts'
import { gzipOf } from '../support/charts/archives.ts'
import {
  appYaml,
  CLASSIC,
  chartArchive,
  type Entry,
  plainYaml
} from '../support/dependencies/charts-folder.ts'
import { lockOf } from '../support/dependencies/lock-of.ts'
import { RecordingLogger } from '../support/log.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const context = { signal: new AbortController().signal, logger: new RecordingLogger() }
const REDIS: readonly Entry[] = [{ name: 'redis' }]

async function inspect(
  dependencies: readonly Entry[],
  files: Readonly<Record<string, string | Buffer>> = {}
) {
  const path = await workspace.write('app', { 'Chart.yaml': appYaml(dependencies), ...files })
  const { problems, dependencies: statuses = [], facts } = await inspectDirectory(path, context)
  return {
    facts,
    statuses,
    problems: problems.map(({ code, allows }) => `${allows} ${code}`),
    texts: problems.map(({ message, fix }) => `${message} ${fix}`)
  }
}

const lock = lockOf({ 'Chart.yaml': appYaml(REDIS) }, ['1.1.0'], new Map())

describe('each dependency has a status', () => {
  test.each<[string, Readonly<Record<string, string | Buffer>>, string, string]>([
    [
      'ok as an archive',
      { 'charts/r.tgz': chartArchive('redis') },
      'ok',
      'charts/r.tgz has version 1.0.0.'
    ],
    [
      'ok as a folder',
      { 'charts/redis/Chart.yaml': plainYaml('redis') },
      'ok',
      'charts/redis has version 1.0.0.'
    ],
    ['missing', {}, 'missing', 'It is not in charts/; Chart.yaml requires "^1.0.0".'],
    [
      'missing, by a lock',
      { 'Chart.lock': lock },
      'missing',
      'It is not in charts/; Chart.lock has 1.1.0.'
    ],
    [
      'stale',
      { 'charts/r.tgz': chartArchive('redis', '0.9.0') },
      'stale',
      'charts/r.tgz has version 0.9.0, Chart.yaml requires "^1.0.0".'
    ],
    [
      'stale, by a lock',
      { 'Chart.lock': lock, 'charts/r.tgz': chartArchive('redis') },
      'stale',
      'charts/r.tgz has version 1.0.0, Chart.lock has 1.1.0.'
    ],
    [
      'stale as two',
      { 'charts/a.tgz': chartArchive('redis'), 'charts/b.tgz': chartArchive('redis', '0.9.0') },
      'stale',
      'It is in charts/ several times: charts/a.tgz, charts/b.tgz; Chart.yaml requires "^1.0.0".'
    ],
    [
      'unreadable',
      { 'charts/redis-1.0.0.tgz': gzipOf(Buffer.from('x')) },
      'unreadable',
      'charts/redis-1.0.0.tgz is not a chart.'
    ]
  ])('%s', async (_, files, status, message) => {
    const { statuses, problems, facts } = await inspect(REDIS, files)
    expect(statuses).toEqual([
      { name: 'redis', version: '^1.0.0', repository: CLASSIC, status, message }
    ])
    expect(problems).toEqual([])
    expect(facts).toEqual({ name: 'app', version: '1.0.0', tag: '1.0.0' })
  })

  test('each entry by itself, in the order of Chart.yaml', async () => {
    const dependencies = [
      { name: 'redis', version: '1.x', more: ['alias: a'] },
      { name: 'lib' },
      { name: 'redis', version: '2.x', more: ['alias: b'] }
    ]
    const { statuses } = await inspect(dependencies, { 'charts/r.tgz': chartArchive('redis') })
    expect(statuses.map(({ name, version, status }) => `${name} ${version} ${status}`)).toEqual([
      'redis 1.x ok',
      'lib ^1.0.0 missing',
      'redis 2.x stale'
    ])
  })

  test('and what is not declared warns, since lint of helm finds an error in it', async () => {
    const files = { 'charts/r.tgz': chartArchive('redis'), 'charts/x.tgz': chartArchive('extra') }
    const { statuses, problems, texts } = await inspect(REDIS, files)
    expect(statuses.at(-1)).toEqual({
      ...{ name: 'extra', version: null, repository: null, status: 'undeclared' },
      message: 'charts/x.tgz contains extra 1.0.0, which Chart.yaml does not declare.'
    })
    expect(problems).toEqual(['genuine dependency-undeclared'])
    expect(texts[0]).toContain('Declare extra in Chart.yaml, or remove it from charts/.')
  })

  test('without a login or a query of its repository', async () => {
    const repository = 'https://me:hunter2@charts.example.com/a?key=hunter2'
    const { statuses, texts } = await inspect([{ name: 'redis', repository }])
    expect(statuses[0]?.repository).toBe('https://***@charts.example.com/a')
    expect(JSON.stringify([statuses, texts])).not.toContain('hunter2')
  })
})

describe('problems are what nobody fetches', () => {
  test.each<
    [string, readonly Entry[], Readonly<Record<string, string | Buffer>>, readonly string[]]
  >([
    [
      'a stale lock',
      REDIS,
      { 'Chart.lock': lockOf({ 'Chart.yaml': appYaml([{ name: 'lib' }]) }, ['1.0.0'], new Map()) },
      ['refused lock-out-of-step']
    ],
    ['a lock that is left over', REDIS, { 'requirements.lock': lock }, ['refused lock-left-over']],
    [
      'a plugin',
      [{ name: 'redis', repository: 's3://bucket' }],
      {},
      ['refused dependency-missing']
    ],
    ['no repository', [{ name: 'redis', repository: '' }], {}, ['refused dependency-missing']],
    [
      'a chart that is there twice',
      [],
      { 'charts/a.tgz': chartArchive('x'), 'charts/b.tgz': chartArchive('x') },
      ['refused subchart-twice', 'genuine dependency-undeclared', 'genuine dependency-undeclared']
    ]
  ])('%s', async (_, dependencies, files, expected) => {
    expect((await inspect(dependencies, files)).problems).toEqual(expected)
  })
})

test('a Chart.yaml that cannot be read leaves the facts open', async () => {
  const { facts, problems, statuses } = await inspect([], { 'Chart.yaml': 'name: [' })
  expect(facts).toEqual({ name: null, version: null, tag: null })
  expect(problems).not.toEqual([])
  expect(statuses).toEqual([])
})

test('links that lead out of the work tree are not followed', async () => {
  await workspace.write('', { secret: 'hush' })
  await workspace.write('tree/app', { 'Chart.yaml': plainYaml('app') })
  await symlink('../../secret', workspace.path('tree/app/link'))
  const error = await inspectDirectory(workspace.path('tree/app'), context).catch(
    (thrown) => thrown
  )
  expect(error).toBeInstanceOf(Failure)
  expect(error.message).toContain('outside of the work tree')
})

test('a directory without a Chart.yaml is no chart: a mistake of whoever named it', async () => {
  const path = await workspace.write('empty', { 'README.md': '' })
  await expect(inspectDirectory(path, context)).rejects.toMatchObject({
    kind: 'usage',
    message: `The directory "${path}" does not contain a Chart.yaml.`
  })
})
