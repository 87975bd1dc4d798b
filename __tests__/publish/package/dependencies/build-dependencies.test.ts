import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, test } from '@jest/globals'
import { readChartDirectory } from '../../../../src/directory/chart-directory.ts'
import type { DependencyMode } from '../../../../src/directory/dependency-mode.ts'
import { digestOf } from '../../../../src/oci/spec/blob.ts'
import {
  buildDependencies,
  type ChosenDependency
} from '../../../../src/publish/package/dependencies/build-dependencies.ts'
import { Failure, type FailureKind } from '../../../../src/shared/failure.ts'
import { sourceOptions } from '../../../support/charts/sources.ts'
import {
  appYaml,
  chartArchive,
  type Entry,
  plainYaml
} from '../../../support/dependencies/charts-folder.ts'
import { lockOf } from '../../../support/dependencies/lock-of.ts'
import { RecordingLogger } from '../../../support/log.ts'
import { useWorkspace } from '../../../support/workspace.ts'

const workspace = useWorkspace()
const GENERATED = '2024-01-02T03:04:05Z'

/** What a repository gives. */
interface Answer {
  /** That is chosen; what is fetched has it too, unless said otherwise. */
  readonly version?: string
  readonly holds?: { readonly name?: string; readonly version?: string; readonly values?: string }
  readonly fileName?: string
  readonly origin?: string
  readonly isResolvedAgain?: boolean
  readonly chooseError?: Error
  readonly fetchError?: Error
}

interface Given {
  readonly dependencies: readonly Entry[]
  readonly files?: Readonly<Record<string, string | Buffer>>
  readonly mode?: DependencyMode
  /** By aliases, else by names. */
  readonly answers?: Readonly<Record<string, Answer>>
}

async function build({ dependencies, files = {}, mode = 'build', answers = {} }: Given) {
  const path = await workspace.write('app', { 'Chart.yaml': appYaml(dependencies), ...files })
  const directory = await readChartDirectory(path, sourceOptions({ mode }))
  const logger = new RecordingLogger()
  const asked: string[] = []
  const fetched: string[] = []
  const sideBySide = { now: 0, most: 0 }
  const building = buildDependencies(directory, {
    choose: async ({ dependency: { name, alias }, repository }): Promise<ChosenDependency> => {
      asked.push(name)
      sideBySide.most = Math.max(sideBySide.most, ++sideBySide.now)
      await new Promise(setImmediate)
      sideBySide.now -= 1
      const answer = answers[alias] ?? answers[name] ?? {}
      if (answer.chooseError) throw answer.chooseError
      const { version = '1.0.0', holds = {}, isResolvedAgain = false } = answer
      return {
        version,
        provide: async () => {
          fetched.push(name)
          if (answer.fetchError) throw answer.fetchError
          const held = { name, version, values: 'a: 1\n', ...holds }
          const bytes = chartArchive(held.name, held.version, held.values)
          const folder = await workspace.write(`fetched/${fetched.length}`, { 'a.tgz': bytes })
          const { fileName = `${name}-${version}.tgz`, origin = `fetched for ${name}` } = answer
          const isCheckedOut = repository.kind === 'local'
          const about = { fileName, origin, isResolvedAgain, isCheckedOut, digest: digestOf(bytes) }
          return { ...about, name: held.name, version: held.version, path: `${folder}/a.tgz` }
        }
      }
    },
    generated: GENERATED,
    folder: await workspace.write('private', { x: '' }),
    logger
  })
  const known = { path, asked, fetched, sideBySide, lines: logger.lines }
  return building.then(
    (built) => ({ ...known, built, error: undefined }),
    (error: unknown) => ({ ...known, built: undefined, error })
  )
}

async function failureOf(given: Given) {
  const { error, ...others } = await build(given)
  if (error instanceof Failure) return { failure: error, ...others }
  throw error ?? new Error('nothing failed')
}

async function builtOf(given: Given) {
  const { built, error, ...others } = await build(given)
  if (!built) throw error
  const charts = await readdir(`${built.path}/charts`).catch(() => [])
  const lock = await readFile(`${built.path}/Chart.lock`, 'utf8').catch(() => undefined)
  return { ...others, built, charts: charts.sort(), lock }
}

const failing = (kind: FailureKind, message: string, fix = `Mend ${message}`) =>
  new Failure(kind, { message, fix })
const REDIS: readonly Entry[] = [{ name: 'redis' }]
const BOTH: readonly Entry[] = [{ name: 'redis' }, { name: 'lib' }]

describe('a chart', () => {
  test('with everything in charts/ is packed as it lies, without a question', async () => {
    const files = { 'charts/redis-1.0.0.tgz': chartArchive('redis') }
    const { built, asked, lines, path, lock } = await builtOf({ dependencies: REDIS, files })
    expect(built.path).toBe(path)
    expect([asked, lines, lock]).toEqual([[], [], undefined])
  })

  test('gets what is missing in a mirror, and the log says where it is from, in the order of Chart.yaml', async () => {
    const { built, charts, lines, path } = await builtOf({ dependencies: BOTH })
    expect(built.path).not.toBe(path)
    expect(built.directory).toMatchObject({ path, plan: { wanted: [] } })
    expect(charts).toEqual(['lib-1.0.0.tgz', 'redis-1.0.0.tgz'])
    expect(lines.slice(0, 2)).toEqual([
      'info: Dependency redis 1.0.0: fetched for redis.',
      'info: Dependency lib 1.0.0: fetched for lib.'
    ])
    expect(await readdir(path)).toEqual(['Chart.yaml'])
  })

  test('shares one archive among aliases', async () => {
    const dependencies = ['a', 'b'].map((alias) => ({ name: 'redis', more: [`alias: ${alias}`] }))
    const { charts, built } = await builtOf({ dependencies })
    expect(charts).toEqual(['redis-1.0.0.tgz'])
    expect(built.directory.declared.map(({ presence }) => presence.kind)).toEqual(['ok', 'ok'])
  })

  test('has its dependencies asked for eight at a time', async () => {
    const dependencies = Array.from({ length: 30 }, (_, index) => ({ name: `lib-${index}` }))
    const { sideBySide, asked } = await builtOf({ dependencies })
    expect(sideBySide.most).toBe(8)
    expect(asked).toHaveLength(30)
  })

  test('with more dependencies than anybody has is refused before one is asked for', async () => {
    const dependencies = Array.from({ length: 1001 }, (_, index) => ({ name: `lib-${index}` }))
    const { failure, asked } = await failureOf({ dependencies })
    expect(failure.kind).toBe('chart')
    expect(failure.message).toContain(
      'declares 1001 dependencies that would have to be fetched; the limit is 1000'
    )
    expect(failure.fix).toContain('commit the archives to charts/')
    expect(asked).toEqual([])
  })
})

describe('what cannot be had', () => {
  test('is named all together, with the exit code of the first in Chart.yaml; nothing is fetched', async () => {
    const { failure, fetched } = await failureOf({
      dependencies: [...BOTH, { name: 'third' }],
      answers: {
        redis: { chooseError: failing('auth', 'No login.') },
        third: { chooseError: failing('chart', 'No such chart.') }
      }
    })
    expect(failure.kind).toBe('auth')
    expect(failure.exitCode).toBe(5)
    expect(failure.problems.map(({ message }) => message)).toEqual(['No login.', 'No such chart.'])
    expect(failure.fix).toBe('Mend No login. Mend No such chart.')
    expect(fetched).toEqual([])
  })

  test('is named all together when it is fetched, too', async () => {
    const { failure } = await failureOf({
      dependencies: BOTH,
      answers: {
        redis: { fetchError: failing('registry', 'Silence.') },
        lib: { fetchError: failing('chart', 'Damaged.') }
      }
    })
    expect(failure.kind).toBe('registry')
    expect(failure.problems.map(({ message }) => message)).toEqual(['Silence.', 'Damaged.'])
  })

  test('is named once where several have one cause', async () => {
    const silence = { chooseError: failing('registry', 'Silence.') }
    const { failure } = await failureOf({
      dependencies: BOTH,
      answers: { redis: silence, lib: { chooseError: failing('registry', 'Silence.') } }
    })
    expect(failure.problems).toHaveLength(1)
    expect(failure.message).toBe('Silence.')
  })

  test('stands at the line that declares dependencies, where the chart is to blame', async () => {
    const answers = { redis: { chooseError: failing('chart', 'No such version.') } }
    const { failure, path } = await failureOf({ dependencies: REDIS, answers })
    expect(failure.place).toEqual({ file: `${path}/Chart.yaml`, line: 4 })
    const other = { redis: { chooseError: failing('registry', 'Silence.') } }
    expect((await failureOf({ dependencies: REDIS, answers: other })).failure.place).toBeUndefined()
  })

  test.each([
    ['a condition', 'condition: redis.enabled'],
    ['tags', 'tags: [cache]']
  ])('says of one with %s why it is needed all the same', async (_, line) => {
    const dependencies = [{ name: 'redis', more: [line] }]
    const remark =
      'The condition and tags of the dependency redis do not matter: Helm packages all declared dependencies.'
    const answers = { redis: { chooseError: failing('registry', 'Silence.') } }
    expect((await failureOf({ dependencies, answers })).failure.message).toBe(`Silence. ${remark}`)
    const plain = await failureOf({ dependencies: REDIS, answers })
    expect(plain.failure.message).toBe('Silence.')
  })

  test('keeps its other problems and its words', async () => {
    const words = { message: 'No.', why: 'The server said so.', fix: 'Ask it.' }
    const dependencies = [{ name: 'redis', more: ['condition: x'] }]
    const answers = { redis: { fetchError: new Failure('auth', words) } }
    const { failure } = await failureOf({ dependencies, answers })
    expect(failure.kind).toBe('auth')
    expect(failure.problems[0]).toMatchObject({
      message: 'No.',
      why: expect.stringMatching(/^The server said so\. The condition and tags/),
      fix: 'Ask it.'
    })
  })

  test('for a bug of ours is that bug, whatever else failed', async () => {
    const bug = new TypeError('x is undefined')
    const { error } = await build({
      dependencies: BOTH,
      answers: { redis: { chooseError: failing('auth', 'No.') }, lib: { chooseError: bug } }
    })
    expect(error).toBe(bug)
  })
})

describe('what was fetched has to be what was chosen', () => {
  test.each<[string, Answer, string]>([
    ['another chart', { holds: { name: 'valkey' } }, 'contains valkey 1.0.0'],
    ['a chart whose name differs by case', { holds: { name: 'Redis' } }, 'contains Redis 1.0.0'],
    ['another version in the range', { holds: { version: '1.0.1' } }, 'contains redis 1.0.1'],
    [
      'other build metadata',
      { version: '1.0.0+gcp', holds: { version: '1.0.0+aws' } },
      'contains redis 1.0.0+aws'
    ],
    [
      'no build metadata',
      { version: '1.0.0+gcp', holds: { version: '1.0.0' } },
      'contains redis 1.0.0.'
    ],
    [
      'another pre-release',
      { version: '1.1.0', holds: { version: '1.1.0-rc.1' } },
      'contains redis 1.1.0-rc.1'
    ]
  ])('%s is refused', async (_, answer, text) => {
    const { failure, path } = await failureOf({ dependencies: REDIS, answers: { redis: answer } })
    expect(failure.kind).toBe('chart')
    expect(failure.message).toContain(
      `The dependency redis ${answer.version ?? '1.0.0'} has the wrong content: redis-`
    )
    expect(failure.message).toContain(`fetched for redis, ${text}`)
    expect(failure.place?.file).toBe(`${path}/Chart.yaml`)
  })

  test.each([
    ['v1.0.0', '1.0.0'],
    ['1.0.0', 'v1.0.0'],
    ['1.0.0+b.1', '1.0.0+b.1']
  ])('%s may hold %s', async (version, held) => {
    const answers = { redis: { version, holds: { version: held } } }
    const { built } = await builtOf({ dependencies: REDIS, answers })
    expect(built.directory.declared[0]?.presence.kind).toBe('ok')
  })
})

describe('two charts of one name cannot be in one chart', () => {
  const aliases = (...repositories: readonly string[]) =>
    repositories.map((repository, index) => {
      return { name: 'redis', repository, more: [`alias: a${index}`] }
    })

  test('from two repositories with other bytes they are refused, both named', async () => {
    const { failure } = await failureOf({
      dependencies: aliases('https://one.example', 'https://two.example'),
      answers: {
        a0: { origin: 'fetched from one' },
        a1: { origin: 'fetched from two', holds: { values: 'b: 2\n' } }
      }
    })
    expect(failure.kind).toBe('chart')
    expect(failure.message).toBe(
      'A chart cannot contain two charts named redis: 1.0.0 fetched from one, and 1.0.0 fetched from two.'
    )
    expect(failure.fix).toContain('they may have different aliases')
  })

  test('in two versions they are refused', async () => {
    const { failure } = await failureOf({
      dependencies: aliases('https://one.example', 'https://one.example'),
      answers: { a0: { version: '1.0.0' }, a1: { version: '1.1.0' } }
    })
    expect(failure.message).toContain('1.0.0 fetched for redis, and 1.1.0 fetched for redis')
  })

  test('from two repositories with the same bytes they are one', async () => {
    const { charts } = await builtOf({
      dependencies: aliases('https://one.example', 'https://two.example'),
      answers: { a0: {}, a1: { fileName: 'other-name.tgz' } }
    })
    expect(charts).toEqual(['other-name.tgz'])
  })

  test('nor can two charts whose archives have one file name', async () => {
    const { failure } = await failureOf({
      dependencies: BOTH,
      answers: { redis: { fileName: 'chart.tgz' }, lib: { fileName: 'chart.tgz' } }
    })
    expect(failure.message).toBe(
      'The dependencies redis and lib have archives with the same name, "chart.tgz".'
    )
  })

  test('an archive may have the name of one that is replaced, but not of one that stays', async () => {
    const old = { 'charts/chart.tgz': chartArchive('redis', '0.1.0') }
    const answers = { redis: { fileName: 'chart.tgz' } }
    expect((await builtOf({ dependencies: REDIS, files: old, answers })).charts).toEqual([
      'chart.tgz'
    ])
    const kept = { 'charts/chart.tgz': chartArchive('lib') }
    const { error } = await build({ dependencies: BOTH, files: kept, answers })
    expect(error).toBeInstanceOf(Failure)
    expect(String(error)).toContain('not in charts/: "lib"')
  })
})

describe('the lock of a chart', () => {
  const lockFor = (entries: readonly Entry[], versions: readonly string[]) =>
    lockOf({ 'Chart.yaml': appYaml(entries) }, versions, new Map()).replace(
      '2024-01-01T00:00:00Z',
      GENERATED
    )
  const RUN = 'Run `helm dependency update'

  test('is the one that helm would write, dated, where there is none; a notice says to commit one', async () => {
    const answers = { redis: { version: '1.2.0' }, lib: { version: '1.3.0' } }
    const dependencies = [{ name: 'redis' }, { name: 'lib', version: '1.3.0' }]
    const { lock, lines, path } = await builtOf({ dependencies, answers })
    expect(lock).toBe(lockFor(dependencies, ['1.2.0', '1.3.0']))
    expect(lines.at(-1)).toBe(
      `notice: ${path} has no Chart.lock, so the newest matching versions were used: redis ^1.0.0 → 1.2.0, lib 1.3.0. ${RUN} ${path}\` and commit Chart.lock, so that the same commit results in the same chart.`
    )
  })

  test('that counts stays as it is, byte for byte, without a notice', async () => {
    const own = `# kept\n${lockFor(REDIS, ['1.0.0'])}`
    const { lock, lines } = await builtOf({ dependencies: REDIS, files: { 'Chart.lock': own } })
    expect(lock).toBe(own)
    expect(lines).toEqual(['info: Dependency redis 1.0.0: fetched for redis.'])
  })

  test('that holds a range stays, with a notice of what was taken', async () => {
    const own = lockFor(REDIS, ['^1.0.0'])
    const answers = { redis: { version: '1.2.0', isResolvedAgain: true } }
    const { lock, lines, path } = await builtOf({
      dependencies: REDIS,
      files: { 'Chart.lock': own },
      answers
    })
    expect(lock).toBe(own)
    expect(lines.at(-1)).toContain(
      `notice: ${path} has a Chart.lock with ranges, so the newest matching versions were used: redis ^1.0.0 → 1.2.0.`
    )
  })

  test.each<[string, DependencyMode, string, string]>([
    [
      'is ignored with `update`',
      'update',
      'IN STEP',
      'has a Chart.lock that `dependencies: update` ignores'
    ],
    ['is empty', 'build', '', 'has no Chart.lock']
  ])('that %s is replaced, and the notice says so', async (_, mode, text, why) => {
    const own = text === '' ? '' : lockFor(REDIS, ['1.0.0'])
    const answers = { redis: { version: '1.2.0' } }
    const { lock, lines } = await builtOf({
      mode,
      dependencies: REDIS,
      files: { 'Chart.lock': own },
      answers
    })
    expect(lock).toBe(lockFor(REDIS, ['1.2.0']))
    expect(lines.at(-1)).toContain(`${why}, so the newest matching versions were used: `)
  })

  test('has what stays in charts/ in its version, and a folder without a repository by its range', async () => {
    const dependencies = [
      { name: 'redis' },
      { name: 'kept' },
      { name: 'twice' },
      { name: 'vendored', repository: '', version: '>=1' }
    ]
    const files = {
      'charts/kept-1.1.0.tgz': chartArchive('kept', '1.1.0'),
      'charts/twice-0.1.0.tgz': chartArchive('twice', '0.1.0'),
      'charts/twice-1.2.0.tgz': chartArchive('twice', '1.2.0'),
      'charts/vendored/Chart.yaml': plainYaml('vendored')
    }
    const { lock, lines } = await builtOf({ dependencies, files })
    expect(lock).toBe(lockFor(dependencies, ['1.0.0', '1.1.0', '1.2.0', '>=1']))
    expect(lines.at(-1)).toContain('were used: redis ^1.0.0 → 1.0.0. Run')
  })

  test('is not written where nothing was fetched, though an archive is left out', async () => {
    const files = {
      'charts/redis-0.1.0.tgz': chartArchive('redis', '0.1.0'),
      'charts/redis-1.2.0.tgz': chartArchive('redis', '1.2.0')
    }
    const { lock, lines, charts, path, built } = await builtOf({ dependencies: REDIS, files })
    expect(built.path).not.toBe(path)
    expect([lock, lines, charts]).toEqual([undefined, [], ['redis-1.2.0.tgz']])
  })

  test('is made without a notice where only charts in folders are packaged', async () => {
    const dependencies = [{ name: 'redis', repository: 'file://../redis', version: '1.0.0' }]
    const { lock, lines } = await builtOf({ dependencies })
    expect(lock).toBe(lockFor(dependencies, ['1.0.0']))
    expect(lines.filter((line) => line.startsWith('notice'))).toEqual([])
  })

  test('names one version for several aliases once in the notice', async () => {
    const dependencies = ['a', 'b'].map((alias) => ({ name: 'redis', more: [`alias: ${alias}`] }))
    const { lines } = await builtOf({ dependencies })
    expect(lines.at(-1)).toContain('were used: redis ^1.0.0 → 1.0.0. Run')
  })

  test('is requirements.lock in a chart with apiVersion v1', async () => {
    const yaml = appYaml(REDIS)
    const at = yaml.indexOf('dependencies:')
    const files = {
      'Chart.yaml': yaml.slice(0, at).replace('v2', 'v1'),
      'requirements.yaml': yaml.slice(at)
    }
    const { built, lock, lines } = await builtOf({ dependencies: [], files })
    expect(lock).toBeUndefined()
    expect(await readFile(`${built.path}/requirements.lock`, 'utf8')).toBe(
      lockFor(REDIS, ['1.0.0'])
    )
    expect(lines.at(-1)).toContain('has no requirements.lock')
  })
})
