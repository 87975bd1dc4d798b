import { mkdir, readdir, readFile, stat, utimes } from 'node:fs/promises'
import { expect, test } from '@jest/globals'
import { requireRoom, stageArchive } from '../../src/publish/delivery.ts'
import { useWorkspace } from '../helpers/workspace.ts'

const workspace = useWorkspace()

async function archive(): Promise<string> {
  const folder = await workspace.write('packed', { 'demo-1.0.0.tgz': 'new' })
  await utimes(`${folder}/demo-1.0.0.tgz`, 1_700_000_000, 1_700_000_000)
  return `${folder}/demo-1.0.0.tgz`
}

test('an archive gets its name and its time when it is delivered, not before', async () => {
  const out = workspace.path('a/b')
  const staged = await stageArchive(await archive(), out)
  expect(await readdir(out)).not.toContain('demo-1.0.0.tgz')
  expect(await staged.deliver()).toBe(`${out}/demo-1.0.0.tgz`)
  await staged.discard()
  expect(await readdir(out)).toEqual(['demo-1.0.0.tgz'])
  expect((await stat(`${out}/demo-1.0.0.tgz`)).mtimeMs).toBe(1_700_000_000_000)
})

test('a time with parts of a microsecond is cut, not rounded: `created` is derived from its seconds', async () => {
  const path = await archive()
  await utimes(path, '1700000005.9999996', '1700000005.9999996')
  const staged = await stageArchive(path, workspace.path('out'))
  const delivered = await staged.deliver()
  expect(Math.floor((await stat(delivered)).mtimeMs / 1000)).toBe(1_700_000_005)
})

test('folders that cannot be made are told at once: exit code 2', async () => {
  const staged = stageArchive(await archive(), '/proc/none/of/these')
  await expect(staged).rejects.toMatchObject({ exitCode: 2 })
})

test.each([
  ['a file', 'taken'],
  ['below a file', 'taken/out'],
  ['where a directory bears the name of the archive', 'out']
])('room is found to be missing without writing: %s', async (_, destination) => {
  await workspace.write('.', { taken: '', 'out/demo-1.0.0.tgz/x': '' })
  const room = requireRoom(await archive(), workspace.path(destination))
  await expect(room).rejects.toMatchObject({ exitCode: 2 })
})

test('there is room where folders have to be made, and none is made', async () => {
  await requireRoom(await archive(), workspace.path('a/b/c'))
  expect(await readdir(workspace.path())).not.toContain('a')
})

test('what is discarded leaves the archive of an earlier run as it was', async () => {
  const out = await workspace.write('out', { 'demo-1.0.0.tgz': 'old' })
  const staged = await stageArchive(await archive(), out)
  await staged.discard()
  expect(await readdir(out)).toEqual(['demo-1.0.0.tgz'])
  expect(await readFile(`${out}/demo-1.0.0.tgz`, 'utf8')).toBe('old')
})

test('a destination that is a file is refused: exit code 2', async () => {
  await workspace.write('.', { taken: '' })
  const staged = stageArchive(await archive(), workspace.path('taken'))
  await expect(staged).rejects.toMatchObject({
    exitCode: 2,
    fix: expect.stringContaining('destination')
  })
})

test('a destination that is there is used as it is', async () => {
  await mkdir(workspace.path('out'))
  const staged = await stageArchive(await archive(), workspace.path('out'))
  await staged.deliver()
  expect(await readFile(workspace.path('out/demo-1.0.0.tgz'), 'utf8')).toBe('new')
})
