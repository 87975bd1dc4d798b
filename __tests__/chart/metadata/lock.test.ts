import { expect, test } from '@jest/globals'
import { loadMetadata } from '../../../src/chart/metadata/load-metadata.ts'
import { isInStep, readLock, withoutGenerated } from '../../../src/chart/metadata/lock.ts'

const BEFORE = 'dependencies:\n- name: a\n  generated: kept\ndigest: sha256:1\n'
const TIME = '"2024-01-02T03:04:05.678Z"'

test.each([
  ['at the end', `${BEFORE}generated: ${TIME}\n`, BEFORE],
  ['at the end, without a last line break', `${BEFORE}generated: ${TIME}`, BEFORE],
  ['at the beginning', `generated: ${TIME}\n${BEFORE}`, BEFORE],
  ['with CRLF', `generated: ${TIME}\r\ndigest: x\r\n`, 'digest: x\r\n'],
  ['on a line of its own', `generated:\n\n  ${TIME}\ndigest: x\n`, 'digest: x\n'],
  ['on a line of its own, with CRLF', `generated:\r\n  ${TIME}\r\ndigest: x\r\n`, 'digest: x\r\n'],
  ['as a block scalar', `generated: |-\n\n  2024\n\ndigest: x\n`, '\ndigest: x\n'],
  ['in quotes', `"generated": ${TIME}\ndigest: x\n`, 'digest: x\n'],
  ['in single quotes, with CRLF', `'generated' : ${TIME}\r\ndigest: x\r\n`, 'digest: x\r\n'],
  ['behind the mark of UTF-8', `\ufeffgenerated: ${TIME}\ndigest: x\n`, 'digest: x\n']
])('the time of a lock is left out: %s', (_, lock, expected) => {
  expect(withoutGenerated(Buffer.from(lock)).toString()).toBe(expected)
})

test.each([
  '',
  BEFORE,
  'generated-by: x\n',
  `{generated: ${TIME}, digest: x}\n`,
  ' generated: x\n'
])('%j has none and stays as it is', (lock) => {
  const bytes = Buffer.from(lock)
  expect(withoutGenerated(bytes)).toBe(bytes)
})

test('bytes that are no text stay as they are', () => {
  const rest = Buffer.from([0xff, 0x0a, 0xc3])
  const lock = Buffer.concat([Buffer.from('generated: x\n'), rest])
  expect(withoutGenerated(lock)).toEqual(rest)
})

/** What `helm dependency update` (4.3.0) wrote for these charts. */
const CHART_YAML = `apiVersion: v2
name: parent
version: 1.0.0
dependencies:
- name: one
  version: ~1.0
  repository: file://../one
  tags: [a]
- name: two
  version: ">=0.1"
  repository: file://../two
  import-values: [data, {child: x, parent: y}]
`
const LOCK = `dependencies:
- name: one
  repository: file://../one
  version: 1.0.5
- name: two
  repository: file://../two
  version: 0.3.0
digest: sha256:8e1e2cafb6fa34a5751ebe556ad081b6780fe08d7a5ecc3b9c99d508e5937165
generated: "2026-11-21T10:55:43.534531382Z"
`
const V1_CHART = 'apiVersion: v1\nname: old\nversion: 1.0.0\n'
const V1_REQUIREMENTS =
  'dependencies:\n- name: one\n  version: 1.0.5\n  repository: file://../one\n'
const V1_DIGEST = 'sha256:97d4f30affef5a38b5e838ca3df8ba0dffca92fa93de6b1cb0f83c445ef6781a'
const V1_LOCK = `dependencies:
- name: one
  repository: file://../one
  version: 1.0.5
digest: ${V1_DIGEST}
`
/** Of {"dependencies":[{"name":"one","version":"1.0.5","repository":"file://../one"}]}, as Helm 2 made it. */
const HELM_2_DIGEST = 'sha256:1201612f9ecf2ee0747bb6e4629d3fe8815d2900ee74d9d68de00a9f20616b3c'

function inStep(lock: string, ...[chartYaml, requirements]: readonly string[]): boolean {
  const files = [
    { path: 'Chart.yaml', bytes: Buffer.from(chartYaml ?? '') },
    ...(requirements ? [{ path: 'requirements.yaml', bytes: Buffer.from(requirements) }] : [])
  ]
  const loaded = loadMetadata(files)
  if ('problem' in loaded) throw new Error(loaded.problem.message)
  return isInStep(readLock(Buffer.from(lock)), loaded.metadata)
}

test('a lock is in step with the chart that helm made it for', () => {
  expect(inStep(LOCK, CHART_YAML)).toBe(true)
  expect(inStep(V1_LOCK, V1_CHART, V1_REQUIREMENTS)).toBe(true)
})

test('the digest of Helm 2 counts for apiVersion v1 alone', () => {
  const lock = V1_LOCK.replace(V1_DIGEST, HELM_2_DIGEST)
  expect(inStep(lock, V1_CHART, V1_REQUIREMENTS)).toBe(true)
  expect(inStep(lock, V1_CHART.replace('v1', 'v2'), V1_REQUIREMENTS)).toBe(false)
})

test.each([
  ['a version range was changed', CHART_YAML.replace('~1.0', '~1.1')],
  ['a dependency was added', `${CHART_YAML}- name: three\n  version: 1\n  repository: ""\n`],
  ['imported values were changed', CHART_YAML.replace('parent: y', 'parent: z')]
])('it is not when %s', (_, chartYaml) => {
  expect(inStep(LOCK, chartYaml)).toBe(false)
})

test('it is not when the lock itself was changed', () => {
  expect(inStep(LOCK.replace('1.0.5', '1.0.6'), CHART_YAML)).toBe(false)
})
