import { chmod, mkdir, readFile, symlink } from 'node:fs/promises'
import { describe, expect, test } from '@jest/globals'
import { readChartDirectory } from '../../../src/directory/chart-directory.ts'
import { parseHelmVersion } from '../../../src/helm/helm-version.ts'
import type { LintMode } from '../../../src/publish/package/lint/lint-chart.ts'
import { RunLint } from '../../../src/publish/package/run-lint.ts'
import { Failure } from '../../../src/shared/failure.ts'
import { Slots } from '../../../src/shared/slots.ts'
import { sourceOptions } from '../../support/charts/sources.ts'
import { plainYaml } from '../../support/dependencies/charts-folder.ts'
import { RecordingLogger } from '../../support/log.ts'
import { useWorkspace } from '../../support/workspace.ts'

const workspace = useWorkspace()

interface Given {
  readonly mode?: LintMode | 'off'
  readonly values?: readonly string[]
  /** What helm prints behind the name of the chart. */
  readonly findings?: readonly string[]
  readonly findError?: Error
  readonly allowOutsideFiles?: boolean
}

/** `helm lint` of a run by a fake, which prints findings and keeps its arguments. */
async function start(given: Given) {
  const { mode = 'warn', values = [], findings = [], findError, allowOutsideFiles = false } = given
  const lines = findings.map((line) => `echo '${line}'`)
  const helm = await workspace.write('bin', {
    helm: `#!/bin/sh\necho "$@" >> "${workspace.path('asked')}"\necho "==> Linting $2"\n${lines.join('\n')}\nexit ${findings.length > 0 ? 1 : 0}\n`
  })
  await chmod(`${helm}/helm`, 0o755)
  const version = parseHelmVersion('v4.3.0')
  if (!version) throw new Error('this is a version')
  const lint = new RunLint({
    ...{ mode, values, allowOutsideFiles },
    helm: {
      find: async () => {
        if (findError) throw findError
        return { path: `${helm}/helm`, version }
      },
      likely: Promise.resolve(undefined),
      warnOnce: () => undefined,
      described: new Set<string>(),
      cores: new Slots(2)
    },
    environment: { PATH: '/usr/bin:/bin' },
    folder: await workspace.write('private', { x: '' }),
    signal: new AbortController().signal
  })
  const logger = new RecordingLogger()
  const begin = async (name: string, mirror?: string) => {
    const path = await workspace.write(name, {
      'Chart.yaml': plainYaml('app'),
      'templates/a.yaml': 'a: 1\n'
    })
    const directory = await readChartDirectory(path, sourceOptions())
    const rest = { version: undefined, appVersion: undefined, date: undefined }
    return { path, linting: lint.begin({ directory, path: mirror ?? path, ...rest }, logger) }
  }
  /** Lints a chart to the end; the failure that keeps it from being published. */
  const lintOne = async (name: string, mirror?: string) => {
    const { path, linting } = await begin(name, mirror)
    const error: unknown = await lint.report(Promise.resolve(linting), name, logger).then(
      () => undefined,
      (thrown: unknown) => thrown
    )
    return { path, error }
  }
  const asked = () => readFile(workspace.path('asked'), 'utf8').catch(() => '')
  return { lint, logger, begin, lintOne, asked }
}

const ERROR = '[ERROR] templates/: it is wrong'
const WARNING = '[WARNING] Chart.yaml: it is odd'

test.each([
  ['off', false],
  ['warn', false],
  ['fail', true],
  ['strict', true]
] as const)('with `%s`, that charts wait for it is %s', async (mode, expected) => {
  expect((await start({ mode })).lint.mayFail).toBe(expected)
})

test('with `off`, helm is not asked, and nothing is said, of values either', async () => {
  const { lint, logger, begin, lintOne, asked } = await start({
    mode: 'off',
    values: ['none.yaml']
  })
  expect((await begin('app')).linting).toBeUndefined()
  expect((await lintOne('app')).error).toBeUndefined()
  lint.reportUnused(logger)
  expect([logger.lines, await asked()]).toEqual([[], ''])
})

describe('findings are logged in a group, and', () => {
  test.each<[LintMode, readonly string[], readonly string[]]>([
    ['warn', [], ['it is wrong', 'it is odd']],
    ['fail', ['it is wrong'], ['it is odd']],
    ['strict', ['it is wrong', 'it is odd'], []]
  ])(
    'with `%s`, %j keep the chart from being published, %j warn',
    async (mode, failing, warning) => {
      const { lintOne, logger, asked } = await start({ mode, findings: [ERROR, WARNING] })
      const { error } = await lintOne('app')
      const problems = error instanceof Failure ? error.problems : []
      expect(problems.map(({ why }) => /it is \w+/.exec(why ?? '')?.[0])).toEqual(failing)
      if (error instanceof Failure) expect(error.kind).toBe('chart')
      const lines = logger.lines.map((line) => line.replaceAll(workspace.path(), ''))
      expect(lines[0]).toBe('group: Lint app')
      expect(lines.filter((line) => line.startsWith('info: ERROR'))).toHaveLength(1)
      const warnings = lines.filter((line) => line.startsWith('warning: app: '))
      expect(warnings.map((line) => /it is \w+/.exec(line)?.[0])).toEqual(warning)
      expect((await asked()).includes('--strict')).toBe(mode === 'strict')
    }
  )

  test('without any, a line says so', async () => {
    const { lintOne, logger } = await start({ mode: 'strict' })
    expect((await lintOne('app')).error).toBeUndefined()
    expect(logger.lines).toEqual(['group: Lint app', 'detail: helm lint found nothing.'])
  })
})

test('the warnings that the runner keeps are shared by all charts', async () => {
  const findings = Array.from({ length: 5 }, (_, index) => `[WARNING] Chart.yaml: odd ${index}`)
  const { lintOne, logger } = await start({ findings })
  for (const name of ['one', 'two', 'three']) await lintOne(name)
  const warnings = logger.lines.filter((line) => line.startsWith('warning'))
  expect(warnings).toHaveLength(8)
  expect(warnings.at(-1)).toBe(
    'warning: two: further findings of helm lint, and those of later charts, are only in the log.'
  )
  expect(logger.lines.filter((line) => line.startsWith('info: WARNING'))).toHaveLength(15)
})

test('a mirror is linted as the chart of the user, with the paths of the user', async () => {
  const mirror = await workspace.write('mirrors/mirror-1/app', { 'Chart.yaml': plainYaml('app') })
  const text = `[ERROR] templates/a.yaml: unable to parse ${mirror}/templates/a.yaml`
  const { lintOne, logger, asked } = await start({ findings: [text] })
  const { path } = await lintOne('app', mirror)
  expect(await asked()).toContain(`lint ${mirror}`)
  expect(logger.lines.join()).not.toContain('mirror-1')
  expect(logger.abouts.at(-1)).toMatchObject({ place: { file: `${path}/templates/a.yaml` } })
})

test('an entry of `lint-values` that no chart has is warned of, once for the run', async () => {
  const values = ['ci/a-values.yaml', 'ci/none-values.yaml']
  const { lint, lintOne, logger, asked } = await start({ values })
  await workspace.write('two', { 'ci/a-values.yaml': 'a: 1\n' })
  for (const name of ['one', 'two']) await lintOne(name)
  lint.reportUnused(logger)
  expect(logger.lines.filter((line) => line.startsWith('warning'))).toEqual([
    'warning: `lint-values` names "ci/none-values.yaml", which exists neither here nor in a chart.'
  ])
  expect(await asked()).toContain(`--values=${workspace.path('two/ci/a-values.yaml')}`)
})

test.each([false, true])(
  'values that a link leads to out of the work tree are used only with consent: %s',
  async (allowOutsideFiles) => {
    const { lintOne, asked } = await start({ values: ['ci/a.yaml'], allowOutsideFiles })
    await workspace.write('', { 'outside.yaml': 'a: 1\n', 'tree/app/.helmignore': 'ci/\n' })
    await mkdir(workspace.path('tree/app/ci'), { recursive: true })
    await symlink('../../../outside.yaml', workspace.path('tree/app/ci/a.yaml'))
    await lintOne('tree/app')
    expect((await asked()).includes('--values')).toBe(allowOutsideFiles)
  }
)

test('where no helm is found, that is the failure of the report, and of nothing before', async () => {
  const findError = new Failure('helm', { message: 'No helm.', fix: 'Install it.' })
  const { begin, lint, logger } = await start({ findError })
  const { linting } = await begin('app')
  await new Promise(setImmediate)
  await expect(lint.report(Promise.resolve(linting), 'app', logger)).rejects.toBe(findError)
  expect(logger.lines).toEqual([])
})
