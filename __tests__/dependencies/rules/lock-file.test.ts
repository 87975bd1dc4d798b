import { expect, test } from '@jest/globals'
import { loadMetadata } from '../../../src/chart/metadata/load-metadata.ts'
import { readLock } from '../../../src/chart/metadata/lock.ts'
import { lockText } from '../../../src/dependencies/rules/lock-file.ts'
import {
  isLockInStep,
  repositoryName,
  withUrls
} from '../../../src/dependencies/rules/repository-name.ts'

const URL = 'https://charts.example/stable/'
const CHART = `apiVersion: v2
name: parent
version: 1.0.0
dependencies:
- name: one
  version: ">= 1.0.0 < 2.0.0"
  repository: "@stable"
- name: two
  version: 1.x
  repository: ""
`
const LOCKED = [
  { name: 'one', repository: URL, version: '1.0' },
  { name: 'two', repository: '', version: '>= 1.0.0 < 2.0.0' }
]
const GENERATED = '2024-01-02T03:04:05Z'

function metadataOf(chartYaml: string) {
  const loaded = loadMetadata([{ path: 'Chart.yaml', bytes: Buffer.from(chartYaml) }])
  if ('problem' in loaded) throw new Error(loaded.problem.message)
  return loaded.metadata
}

function declaredBy(chartYaml: string) {
  return metadataOf(chartYaml).dependencies.filter((dependency) => dependency !== null)
}

function lock(urls: ReadonlyMap<string, string>) {
  const declared = withUrls(declaredBy(CHART), urls).dependencies
  return lockText({ declared, locked: LOCKED, generated: GENERATED })
}

test('a lock has the dependencies in order, a digest and a time', () => {
  const text = lock(new Map([['stable', URL]]))
  expect(text.replace(/[0-9a-f]{64}/, 'HEX')).toBe(`dependencies:
- name: one
  repository: ${URL}
  version: "1.0"
- name: two
  repository: ""
  version: '>= 1.0.0 < 2.0.0'
digest: sha256:HEX
generated: "2024-01-02T03:04:05Z"
`)
})

test.each([
  [URL, true],
  ['https://charts.example/stable', true],
  ['https://charts.example/other', false]
])('it is in step when the name stands for %s: %s', (url, expected) => {
  const read = readLock(Buffer.from(lock(new Map([['stable', URL]]))))
  expect(isLockInStep(read, metadataOf(CHART), new Map([['stable', url]]))).toBe(expected)
})

test('a slash at the end of a repository that Chart.yaml names counts', () => {
  const chart = CHART.replace('"@stable"', 'https://charts.example/stable')
  const read = readLock(Buffer.from(lock(new Map([['stable', URL]]))))
  expect(isLockInStep(read, metadataOf(chart), new Map())).toBe(false)
  expect(isLockInStep(read, metadataOf(CHART.replace('"@stable"', URL)), new Map())).toBe(true)
})

test.each([
  ['@stable', 'stable'],
  ['alias:stable', 'stable'],
  ['stable', undefined],
  ['https://x.example/@a', undefined],
  ['', undefined]
])('%j has the name %s', (repository, name) => {
  expect(repositoryName(repository)).toBe(name)
})

test('names that nobody gave a URL are listed', () => {
  const chart = CHART.replace('""', 'alias:other')
  expect(withUrls(declaredBy(chart), new Map()).unknown).toEqual(['@stable', 'alias:other'])
})
