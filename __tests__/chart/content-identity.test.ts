import { expect, test } from '@jest/globals'
import { readArchive } from '../../src/chart/archive.ts'
import { compareArchives } from '../../src/chart/content-identity.ts'
import {
  type ArchiveEntry,
  archiveOf,
  CHART_YAML,
  gzipOf,
  tarOf
} from '../support/charts/archives.ts'

const LOCK = (generated: string) =>
  `dependencies: []\ndigest: sha256:0\ngenerated: "${generated}"\n`
const FILES: readonly ArchiveEntry[] = [
  { name: 'demo/Chart.lock', body: LOCK('2024-01-02T03:04:05Z') },
  { name: 'demo/files/a', body: 'one' },
  { name: 'demo/charts/sub/Chart.yaml', body: 'apiVersion: v2\nname: sub\nversion: 1.0.0\n' },
  { name: 'demo/charts/sub/Chart.lock', body: LOCK('2024-01-02T03:04:05Z') },
  { name: 'demo/requirements.lock', body: LOCK('2024-01-02T03:04:05Z') },
  { name: 'demo/charts/sub/requirements.lock', body: LOCK('2024-01-02T03:04:05Z') }
]
const IDENTITY = identityOf(archiveOf(...FILES))

function identityOf(archive: Buffer): string {
  const reading = readArchive(archive)
  if (!reading.archive) throw new Error(reading.problems.map(({ message }) => message).join(' '))
  return reading.archive.contentIdentity
}

function changed(index: number, change: Partial<ArchiveEntry>): readonly ArchiveEntry[] {
  return FILES.map((file, at) => (at === index ? { ...file, ...change } : file))
}

test('the content identity is a digest', () => {
  expect(IDENTITY).toMatch(/^sha256:[0-9a-f]{64}$/)
})

test.each<[string, Buffer]>([
  ['the order of files', archiveOf(...FILES.toReversed())],
  ['times', archiveOf(...FILES.map((file) => ({ ...file, mtime: 1704164645 })))],
  ['modes', archiveOf(...FILES.map((file) => ({ ...file, header: { mode: 0o600 } })))],
  [
    'marks',
    gzipOf(tarOf([{ name: 'demo/Chart.yaml', body: CHART_YAML }, ...FILES]), { marks: false })
  ],
  ['`generated` in Chart.lock', archiveOf(...changed(0, { body: LOCK('2030-01-01T00:00:00Z') }))],
  [
    '`generated` in the Chart.lock of a subchart',
    archiveOf(...changed(3, { body: LOCK('2030-01-01T00:00:00Z') }))
  ],
  [
    '`generated` in requirements.lock',
    archiveOf(...changed(4, { body: LOCK('2030-01-01T00:00:00Z') }))
  ],
  [
    '`generated` in the requirements.lock of a subchart',
    archiveOf(...changed(5, { body: LOCK('2030-01-01T00:00:00Z') }))
  ]
])('it does not depend on %s', (_, archive) => {
  expect(identityOf(archive)).toBe(IDENTITY)
})

test.each<[string, Buffer]>([
  ['the bytes of a file', archiveOf(...changed(1, { body: 'two' }))],
  ['the path of a file', archiveOf(...changed(1, { name: 'demo/files/b' }))],
  ['which files there are', archiveOf(...FILES, { name: 'demo/files/c', body: '' })],
  [
    'where one file ends and the next begins',
    archiveOf(...changed(1, { name: 'demo/files/ao', body: 'ne' }))
  ],
  [
    'the rest of Chart.lock',
    archiveOf(...changed(0, { body: LOCK('2024-01-02T03:04:05Z').replace('sha256:0', 'sha256:1') }))
  ],
  ['a file of a subchart', archiveOf(...FILES, { name: 'demo/charts/sub/x', body: '' })],
  [
    '`generated` in a file that only bears the name Chart.lock',
    archiveOf(...FILES, { name: 'demo/files/Chart.lock', body: LOCK('2024-01-02T03:04:05Z') })
  ]
])('it depends on %s', (_, archive) => {
  expect(identityOf(archive)).not.toBe(IDENTITY)
})

test('the order of files with one path counts: it decides which of two subcharts Helm renders', () => {
  const subchart = (version: string) => ({
    name: 'demo/charts/sub/Chart.yaml',
    body: `apiVersion: v2\nname: sub\nversion: ${version}\n`
  })
  const one = archiveOf(subchart('1.0.0'), subchart('2.0.0'))
  const other = archiveOf(subchart('2.0.0'), subchart('1.0.0'))
  expect(identityOf(one)).not.toBe(identityOf(other))
})

const LIMIT = 1024 * 1024
const lockOf = (generated: string) => `digest: x\ngenerated: "${generated}"\n`

test('files that were added, removed and changed are told, by path', () => {
  const before = archiveOf(
    { name: 'demo/Chart.lock', body: lockOf('2024-01-01T00:00:00Z') },
    { name: 'demo/same', body: 'x' },
    { name: 'demo/gone', body: 'x' },
    { name: 'demo/größe', body: 'x' }
  )
  const after = archiveOf(
    { name: 'demo/Chart.lock', body: lockOf('2025-01-01T00:00:00Z') },
    { name: 'demo/größe', body: 'y' },
    { name: 'demo/new/b', body: 'x' },
    { name: 'demo/new/a', body: 'x' },
    { name: 'demo/same', body: 'x', mtime: 5 }
  )
  expect(compareArchives(before, after, LIMIT)).toEqual({
    subcharts: [],
    added: ['new/a', 'new/b'],
    removed: ['gone'],
    changed: ['größe']
  })
})

test('the same files in another order are no difference', () => {
  const files = [{ name: 'demo/a' }, { name: 'demo/b' }]
  expect(compareArchives(archiveOf(...files), archiveOf(...files.toReversed()), LIMIT)).toEqual({
    subcharts: [],
    added: [],
    removed: [],
    changed: []
  })
})

test('subcharts of another version are named', () => {
  const chartOf = (versions: Readonly<Record<string, string>>) => {
    const entries = Object.entries(versions).map(([name, version]) => ({
      name: `demo/charts/${name}/Chart.yaml`,
      body: `apiVersion: v2\nname: ${name}\nversion: ${version}\n`
    }))
    return archiveOf(...entries)
  }
  const before = chartOf({ same: '1.0.0', lib: '1.2.3', gone: '1.0.0' })
  const after = chartOf({ same: '1.0.0', lib: '1.2.4', added: '2.0.0' })
  expect(compareArchives(before, after, LIMIT)?.subcharts).toEqual([
    { name: 'lib', before: '1.2.3', after: '1.2.4' },
    { name: 'gone', before: '1.0.0', after: undefined },
    { name: 'added', before: undefined, after: '2.0.0' }
  ])
})

test('files with one path in another order are a difference', () => {
  const files = ['1', '2'].map((body) => ({ name: 'demo/charts/a/Chart.yaml', body }))
  const { changed } =
    compareArchives(archiveOf(...files), archiveOf(...files.toReversed()), LIMIT) ?? {}
  expect(changed).toEqual(['charts/a/Chart.yaml'])
})

test('of an archive that cannot be read nothing is said', () => {
  expect(compareArchives(Buffer.from('x'), archiveOf(), LIMIT)).toBeUndefined()
})
