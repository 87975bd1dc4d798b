import { beforeEach, describe, expect, test } from '@jest/globals'
import { userFiles } from '../../../../src/publish/package/lint/chart-files.ts'
import { parseFindings } from '../../../../src/publish/package/lint/findings.ts'
import type { LintedChart } from '../../../../src/publish/package/lint/lint-finding.ts'
import { useWorkspace } from '../../../support/workspace.ts'

const workspace = useWorkspace()
let linted: LintedChart

beforeEach(async () => {
  const chart = await workspace.write('app', {
    'Chart.yaml': 'apiVersion: v2\nname: app\nversion: 1.0.0\n',
    'values.yaml': 'a: 1\n',
    'templates/x.yaml': 'a\n'
  })
  await workspace.write('', { 'secret.yaml': 'a\n' })
  const directory = '/mirror/app'
  linted = { directory, chart, files: userFiles(chart), values: [], strict: false }
})

function parse(stdout: string, { exitCode = 1 as number | null, stderr = '' } = {}) {
  return parseFindings({ exitCode, stdout, stderr }, linted)
}

function placesOf(stdout: string): readonly string[] {
  return parse(stdout).map(({ place }) => {
    return place ? `${place.file.slice(workspace.path('').length + 1)}:${place.line}` : '-'
  })
}

describe('a place is a file of the chart, or there is none', () => {
  test.each([
    ['templates/../../secret.yaml: x', '-'],
    ['/etc/passwd: x', '-'],
    ['templates: x', '-'],
    ['templates/: parse error at (app/../secret.yaml:1): x', '-'],
    ['templates/: parse error at (app/templates/none.yaml:1): x', '-'],
    ['templates/: template: app/../secret.yaml:1:1: executing "x" at <x>: y', '-'],
    [
      'templates/: error unpacking subchart ../.. in app: cannot load values.yaml: yaml: line 1: x',
      '-'
    ],
    ['templates/: parse error at (app/templates/x.yaml/y:1): x', '-'],
    ['templates/x.yaml: yaml: line 7: x', 'app/templates/x.yaml:undefined'],
    ['values.yaml: error converting YAML to JSON: yaml: line 7: x', 'app/values.yaml:7']
  ])('[ERROR] %s', (line, place) => {
    expect(placesOf(`[ERROR] ${line}\n`)).toEqual([place])
  })
})

test('a name that no file can have is no place', () => {
  for (const name of ['a'.repeat(5000), 'templates/x.yaml\0', '']) {
    expect(placesOf(`[ERROR] templates/: parse error at (app/${name}:1): x\n`)).toEqual(['-'])
    expect(placesOf(`[ERROR] ${name}: x\n`)).toEqual(['-'])
  }
})

test('a line of a program around helm is a remark, not an error', () => {
  expect(parse('Welcome\n==> Linting /mirror/app\n', { exitCode: 0 })).toEqual([
    { severity: 'info', message: 'Welcome', place: undefined }
  ])
})

test('a header of another folder does not move the places of what follows', () => {
  const finding = '[ERROR] values.yaml: yaml: line 1: x\n'
  expect(placesOf(`==> Linting /mirror\n${finding}`)).toEqual(['app/values.yaml:1'])
  expect(placesOf(`==> Linting /mirror/app2\n${finding}`)).toEqual(['app/values.yaml:1'])
  expect(placesOf(`==> Linting /mirror/app/charts/a\n${finding}`)).toEqual(['-'])
})

test('a failed run has an error, whatever its output says', () => {
  const counts = '1 chart(s) linted, 0 chart(s) failed'
  for (const stdout of [
    '',
    counts,
    `[WARNING] values.yaml: x\n${counts}`,
    '[INFO] Chart.yaml: x'
  ]) {
    expect(parse(stdout).at(-1)).toMatchObject({ severity: 'error' })
    expect(parse(stdout, { exitCode: null }).at(-1)?.message).toContain('by a signal')
  }
  expect(parse('', { stderr: `Error: ${counts}` })).toEqual([
    { severity: 'error', message: 'helm lint ended with exit code 1 without a reason' }
  ])
})

test('a strict run that failed by a warning has its reason', () => {
  const strict = { ...linted, strict: true }
  const output = {
    exitCode: 1,
    stdout: '[WARNING] values.yaml: x\n',
    stderr: 'Error: 1 chart(s) linted, 1 chart(s) failed'
  }
  expect(parseFindings(output, strict).map(({ severity }) => severity)).toEqual(['warning'])
})

test('an error on stderr is a finding beside those on stdout, without remarks of templates', () => {
  const stderr =
    'engine.go:227: [INFO] Fail: x\nError: no such thing\n  in /mirror/app/values.yaml\n'
  const messages = parse('[ERROR] values.yaml: x\n', { stderr }).map(({ message }) => message)
  expect(messages).toEqual(['values.yaml: x', `no such thing: in ${linted.chart}/values.yaml`])
})

test('stderr of a run that went well is no finding', () => {
  expect(parse('', { exitCode: 0, stderr: 'Error: said a template\n' })).toEqual([])
})

test('only whole paths of the private copy become those of the user', () => {
  const text =
    'at /mirror/app/x, "/mirror/app", /mirror/app: /mirror/app2 /mirror/app.old /mirror/app.'
  const [finding] = parse(`[ERROR] values.yaml: ${text}\n`)
  const { chart } = linted
  expect(finding?.message).toBe(
    `values.yaml: at ${chart}/x, "${chart}", ${chart}: /mirror/app2 /mirror/app.old ${chart}.`
  )
})

test('Windows line ends are none of the text', () => {
  expect(parse('[ERROR] values.yaml: a\r\n\tb\r\n').map(({ message }) => message)).toEqual([
    'values.yaml: a: b'
  ])
})

test('a long text is cut', () => {
  const [finding] = parse(`[ERROR] values.yaml: ${'x'.repeat(100_000)}\n`)
  expect(finding?.message).toMatch(/^values\.yaml: x{1000,2000}… \(\d+ more characters\)$/)
})

test('equal findings of one file appear once, those of several files each', () => {
  const line = '[WARNING] templates/x.yaml: deprecated\n'
  expect(parse(`${line}${line}`, { exitCode: 0 })).toHaveLength(1)
  expect(parse(`${line}${line.replace('x.yaml', 'y.yaml')}`, { exitCode: 0 })).toHaveLength(2)
})
