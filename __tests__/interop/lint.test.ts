import { access, chmod, cp, symlink } from 'node:fs/promises'
import { relative } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { toolPath } from '../../scripts/tools.mjs'
import { type LintMode, lintChart } from '../../src/publish/package/lint/lint-chart.ts'
import { Failure } from '../../src/shared/failure.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const HELMS = [toolPath('helm'), toolPath('helm3')] as const

const CHART = {
  'Chart.yaml': 'apiVersion: v2\nname: app\nversion: 1.0.0\nicon: https://example.com/i.png\n',
  'values.yaml': 'name: good\n',
  'templates/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Values.name }}\n'
}

interface Options {
  readonly helm?: string
  readonly mode?: LintMode
  readonly values?: readonly string[]
  /** The folder that helm reads. */
  readonly directory?: string
  readonly signal?: AbortSignal
}

async function lint(files: Readonly<Record<string, string>>, options: Options = {}) {
  const path = await workspace.write('charts/app', { ...CHART, ...files })
  const { helm = HELMS[0], mode = 'fail', values = [], directory = path, signal } = options
  const context = {
    environment: { PATH: process.env['PATH'], HOME: workspace.path('home') },
    folder: workspace.path('tmp'),
    signal: signal ?? new AbortController().signal
  }
  const chart = relative('.', path)
  const result = await lintChart(
    { helm, directory, chart, workTree: undefined, mode, values },
    context
  )
  const inChart = (file: string) => relative(path, file)
  return {
    ...result,
    shown: result.findings.map(({ severity, place }) => {
      return place ? `${severity} ${inChart(place.file)}:${place.line}` : severity
    })
  }
}

/** A program that is said to be helm. */
async function program(script: string): Promise<string> {
  await workspace.write('bin', { helm: `#!/bin/sh\n${script}\n` })
  await chmod(workspace.path('bin/helm'), 0o755)
  return workspace.path('bin/helm')
}

const NIL = { 'templates/x.yaml': 'a: b\nc: {{ .Values.none.such }}\n' }
const BAD_NAME = { 'values.yaml': 'name: Not_Good\n' }

describe.each(HELMS)('with %s', (helm) => {
  test('a sound chart has no findings, in a folder with an odd name', async () => {
    const directory = workspace.path(`a, "b" [ERROR] c: d`)
    await workspace.write('charts/app', CHART)
    await cp(workspace.path('charts/app'), directory, { recursive: true })
    expect(await lint({}, { helm, directory })).toMatchObject({ findings: [], matched: [] })
  })

  test('a broken values.yaml fails at its line, exit code 4', async () => {
    const { failure, shown } = await lint({ 'values.yaml': 'a: 1\nb: [1,\nc: 2\n' }, { helm })
    expect(shown).toEqual(['error values.yaml:3'])
    expect(failure).toMatchObject({
      exitCode: 4,
      place: { line: 3 },
      fix: 'Fix it, or set `lint: warn`.'
    })
  })

  test('each error of a chart is a problem of the failure', async () => {
    const { failure } = await lint({ 'Chart.yaml': 'name: a/b\nversion: x\n' }, { helm })
    const errors = failure?.problems.filter(({ why }) => why?.startsWith('Chart.yaml: '))
    expect(errors?.map(({ place }) => place?.line)).toEqual([1, undefined, 2])
  })

  test.each([
    ['warn', undefined, undefined],
    ['fail', 4, undefined],
    ['strict', 4, 4]
  ] as const)('%s: an error leads to %s, a warning to %s', async (mode, error, warning) => {
    const broken = await lint(NIL, { helm, mode })
    expect([broken.failure?.exitCode, broken.shown]).toEqual([error, ['error templates/x.yaml:2']])
    const odd = await lint({ ...BAD_NAME, 'templates/x.yaml': '' }, { helm, mode })
    expect(odd.failure?.exitCode).toBe(warning)
    expect(odd.shown).toEqual(['warning templates/cm.yaml:undefined'])
  })

  test('a remark fails nothing', async () => {
    const chartYaml = 'apiVersion: v2\nname: app\nversion: 1.0.0\n'
    const { failure, findings } = await lint({ 'Chart.yaml': chartYaml }, { helm, mode: 'strict' })
    expect(failure).toBeUndefined()
    expect(findings.map(({ severity }) => severity)).toEqual(['info'])
  })

  test('values files are merged, and a pattern means a run for each file', async () => {
    const files = {
      ...BAD_NAME,
      'ci/a, "b"-values.yaml': 'name: good\n',
      'ci/c-values.yaml': 'other: 1\n',
      'fixed.yaml': 'name: fixed\n'
    }
    const matched = await lint(files, { helm, values: ['ci/*-values.yaml', 'none.yaml'] })
    expect(matched.matched).toEqual(['ci/*-values.yaml'])
    expect(matched.findings).toHaveLength(1)
    expect(matched.findings[0]?.message).toMatch(/ \(with .*charts\/app\/ci\/c-values\.yaml\)$/)
    expect((await lint(files, { helm, values: ['fixed.yaml'] })).findings).toEqual([])
    expect(
      (await lint(files, { helm, values: ['ci/c-values.yaml', 'fixed.yaml'] })).findings
    ).toEqual([])
  })

  test('a finding of several runs appears once', async () => {
    const values = Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`ci/v${n}.yaml`, `n: ${n}\n`]))
    const { findings, shown } = await lint({ ...NIL, ...values }, { helm, values: ['ci/v*.yaml'] })
    expect(shown).toEqual(['error templates/x.yaml:2'])
    expect(findings[0]?.message).toMatch(
      /ci\/v1\.yaml, .*ci\/v2\.yaml, .*ci\/v3\.yaml, and 2 more\)$/
    )
  })

  test('a values file that cannot be parsed fails at its line', async () => {
    const { failure, shown } = await lint(
      { 'ci/x.yaml': 'a: 1\nb: [\n' },
      { helm, values: ['ci/x.yaml'] }
    )
    expect([failure?.exitCode, shown]).toEqual([4, ['error ci/x.yaml:2']])
  })

  test('findings of a private copy have the places and paths of the user', async () => {
    await workspace.write('charts/app', { ...CHART, ...NIL })
    await workspace.write('private/app', {
      'charts/lib/Chart.yaml': 'apiVersion: v2\nname: lib\nversion: 1.0.0\n',
      'charts/lib/templates/x.yaml': 'a: {{ .Values.none.such }}\n'
    })
    for (const name of [...Object.keys(CHART), 'templates']) {
      if (name.includes('/')) continue
      await symlink(workspace.path('charts/app', name), workspace.path('private/app', name))
    }
    const directory = workspace.path('private/app')
    const { findings, shown } = await lint(NIL, { helm, directory })
    expect(JSON.stringify(findings)).not.toContain('private')
    expect(shown).toContain('error Chart.yaml:undefined')
  })
})

test('warn: a helm that cannot be started or fails without a reason only warns', async () => {
  const absent = await lint({}, { helm: workspace.path('none'), mode: 'warn' })
  expect(absent.failure).toBeUndefined()
  expect(absent.findings).toMatchObject([{ severity: 'warning' }])
  const silent = await lint({}, { helm: await program('exit 3'), mode: 'warn' })
  expect(silent.failure).toBeUndefined()
  expect(silent.findings).toEqual([
    { severity: 'error', message: 'helm lint ended with exit code 3 without a reason' }
  ])
})

test('fail: a helm that cannot be started is an error of helm, one without a reason an error of the chart', async () => {
  const absent = await lint({}, { helm: workspace.path('none') })
  expect(absent.failure).toMatchObject({ exitCode: 3 })
  const killed = await lint({}, { helm: await program('kill -9 $$') })
  expect(killed.failure?.message).toContain('helm lint was ended by a signal')
  const crashed = await lint({}, { helm: await program('echo "panic: oh" >&2; exit 2') })
  expect(crashed.failure?.message).toContain('helm lint ended with exit code 2: panic: oh')
})

test.each(['warn', 'fail'] as const)(
  '%s: what a run found stays when a later one cannot be started',
  async (mode) => {
    const helm = await program('echo "[WARNING] values.yaml: odd"; rm "$0"')
    const files = { 'ci/a.yaml': 'a: 1\n', 'ci/b.yaml': 'a: 2\n' }
    const { findings, failure } = await lint(files, { helm, mode, values: ['ci/*.yaml'] })
    expect(findings[0]?.message).toMatch(/^values\.yaml: odd \(with .*ci\/a\.yaml\)$/)
    expect([findings.length, failure?.exitCode]).toEqual(mode === 'warn' ? [2, undefined] : [1, 3])
  }
)

test('output without end is cut, and says so', async () => {
  const helm = await program('yes "[WARNING] templates/x.yaml: again and again" | head -c 5000000')
  const { findings } = await lint({}, { helm, mode: 'strict' })
  expect(findings).toHaveLength(2)
  expect(findings[1]?.message).toMatch(/printed more than 1048576 bytes/)
})

test('an abort ends helm lint, whatever the mode', async () => {
  const controller = new AbortController()
  const marker = workspace.path('started')
  const helm = await program(`touch ${marker}; sleep 60`)
  const waiting = lint({}, { helm, mode: 'warn', signal: controller.signal })
  waiting.catch(() => undefined)
  while (
    !(await access(marker).then(
      () => true,
      () => false
    ))
  )
    await new Promise(setImmediate)
  const reason = new Failure('sigterm', { message: 'ended', fix: 'none' })
  controller.abort(reason)
  await expect(waiting).rejects.toBe(reason)
})
