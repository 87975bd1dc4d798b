import { readdir, stat, symlink } from 'node:fs/promises'
import { basename } from 'node:path'
import { expect, test } from '@jest/globals'
import {
  makePrivateFolder,
  removeLeftFolder,
  removePrivateFolder
} from '../../src/shared/private-folder.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()

test('nobody else can enter a private folder, and it is removed whole', async () => {
  const folder = await makePrivateFolder(workspace.path('tmp'))
  expect((await stat(folder)).mode & 0o777).toBe(0o700)
  await workspace.write(`tmp/${basename(folder)}/a`, { b: '' })
  await removePrivateFolder(folder)
  expect(await workspace.leftovers()).toEqual([])
})

test('a folder that cannot be made is told: exit code 2', async () => {
  await expect(makePrivateFolder(workspace.path('nowhere'))).rejects.toMatchObject({ exitCode: 2 })
})

test('a folder that a killed run left is removed by its name', async () => {
  const folder = await makePrivateFolder(workspace.path('tmp'))
  expect(await removeLeftFolder(workspace.path('tmp'), basename(folder))).toBe(true)
  expect(await workspace.leftovers()).toEqual([])
})

test('nothing is removed that is not ours', async () => {
  await workspace.write('tmp/other', { a: '' })
  await workspace.write('precious', { a: '' })
  await symlink(workspace.path('precious'), workspace.path('tmp/publish-helm-chart-link'))
  for (const name of [
    'other',
    '.',
    '..',
    '../precious',
    'publish-helm-chart-link',
    'publish-helm-chart-../../precious'
  ]) {
    expect(await removeLeftFolder(workspace.path('tmp'), name)).toBe(false)
  }
  expect(await readdir(workspace.path('precious'))).toEqual(['a'])
  expect(await workspace.leftovers()).toHaveLength(2)
})
