import { execFileSync } from 'node:child_process'
import { mkdir, realpath, symlink } from 'node:fs/promises'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { workTreeRoot } from '../../../src/git/work-tree.ts'
import { commitAll, git, initialize } from '../../support/git.ts'
import { useTemplate, useWorkspace } from '../../support/workspace.ts'

const workspace = useWorkspace()
let repository = ''

useTemplate(workspace, async (template) => {
  const made = await template.write('repository', { 'charts/demo/a': 'a' })
  initialize(made)
  commitAll(made)
})

beforeEach(async () => {
  repository = await realpath(workspace.path('repository'))
})

describe('the root of a work tree', () => {
  test.each(['.', 'charts', 'charts/demo', 'charts/demo/a'])('is found from %s', async (path) => {
    expect(await workTreeRoot(workspace.path('repository', path))).toBe(repository)
  })

  test('is found by a path that leads there through links, and has none in it', async () => {
    await symlink('repository/charts', workspace.path('link'))
    expect(await workTreeRoot(workspace.path('link/demo'))).toBe(repository)
  })

  test('is the innermost one', async () => {
    const inner = await workspace.write('repository/charts/inner', { a: 'a' })
    initialize(inner)
    expect(await workTreeRoot(inner)).toBe(await realpath(inner))
  })

  test('is that of a linked work tree', async () => {
    git(repository, ['worktree', 'add', '--quiet', '../linked'])
    const path = workspace.path('linked/charts')
    expect(await workTreeRoot(path)).toBe(await realpath(workspace.path('linked')))
  })

  test('is that of a submodule whose repository was not copied with it', async () => {
    const files = { '.git': 'gitdir: ../../.git/modules/sub\n', a: 'a' }
    const submodule = await workspace.write('repository/charts/sub', files)
    expect(await workTreeRoot(submodule)).toBe(await realpath(submodule))
  })
})

test('there is none outside of a repository, nor at a path that does not exist', async () => {
  expect(await workTreeRoot(workspace.path('home'))).toBeUndefined()
  expect(await workTreeRoot(workspace.path('repository/nothing'))).toBeUndefined()
})

describe('a chart cannot make itself a work tree', () => {
  const bare = { HEAD: 'ref: refs/heads/main\n', config: '[core]\n\tbare = true\n' }
  const folders = { 'objects/info/x': '', 'refs/heads/x': '' }

  test.each([
    ['by the files of a bare repository', { ...bare, ...folders }],
    ['by a folder called `.git` without a repository in it', { '.git/config': '' }],
    ['by a file called `.git` that names none', { '.git': 'a text\n' }],
    ['by other spellings of `.git`', { '.GIT/HEAD': bare.HEAD, 'git~1/HEAD': bare.HEAD }],
    ['by a folder called `x.git`', { 'x.git/HEAD': bare.HEAD, 'x.git/objects/x': '' }]
  ])('%s', async (_, files) => {
    const chart = await workspace.write('repository/charts/hostile', files)
    expect(await workTreeRoot(chart)).toBe(repository)
  })

  test('by a pipe called `.git`', async () => {
    const chart = workspace.path('repository/charts/pipe')
    await mkdir(chart)
    execFileSync('mkfifo', [`${chart}/.git`])
    expect(await workTreeRoot(chart)).toBe(repository)
  })

  test('by a link called `.git` that leads nowhere, or in a circle', async () => {
    const chart = workspace.path('repository/charts/links')
    await mkdir(chart)
    await symlink('.git', `${chart}/.git`)
    expect(await workTreeRoot(chart)).toBe(repository)
  })
})
