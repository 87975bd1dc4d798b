import { expect, test } from '@jest/globals'
import { compareArchives } from '../../src/chart/content-identity.ts'
import { archiveOf } from '../support/charts/archives.ts'

const LIMIT = 1024 * 1024
const LOCK = (generated: string) => `digest: x\ngenerated: "${generated}"\n`

test('files that were added, removed and changed are told, by path', () => {
  const before = archiveOf(
    { name: 'demo/Chart.lock', body: LOCK('2024-01-01T00:00:00Z') },
    { name: 'demo/same', body: 'x' },
    { name: 'demo/gone', body: 'x' },
    { name: 'demo/größe', body: 'x' }
  )
  const after = archiveOf(
    { name: 'demo/Chart.lock', body: LOCK('2025-01-01T00:00:00Z') },
    { name: 'demo/größe', body: 'y' },
    { name: 'demo/new/b', body: 'x' },
    { name: 'demo/new/a', body: 'x' },
    { name: 'demo/same', body: 'x', mtime: 5 }
  )
  expect(compareArchives(before, after, LIMIT)).toEqual({
    added: ['new/a', 'new/b'],
    removed: ['gone'],
    changed: ['größe']
  })
})

test('the same files in another order are no difference', () => {
  const files = [{ name: 'demo/a' }, { name: 'demo/b' }]
  expect(compareArchives(archiveOf(...files), archiveOf(...files.toReversed()), LIMIT)).toEqual({
    added: [],
    removed: [],
    changed: []
  })
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
