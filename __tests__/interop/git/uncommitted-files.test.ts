import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { checkedOutCommit } from '../../../src/git/commit.ts'
import { uncommittedFiles } from '../../../src/publish/package/uncommitted-files.ts'
import { chartFiles } from '../../support/charts/charts.ts'
import { commitAll, git, initialize } from '../../support/git.ts'
import { useTemplate, useWorkspace } from '../../support/workspace.ts'

const workspace = useWorkspace()
const { signal } = new AbortController()
const PACKED = ['Chart.yaml', 'values.yaml', 'templates/configmap.yaml']
let root = ''

useTemplate(workspace, async (template) => {
  const ignored = { '.gitignore': 'charts/*/charts/\n*.tmp\n' }
  const made = await template.write('repository', ignored)
  await template.write('repository/charts/demo', chartFiles())
  initialize(made)
  commitAll(made)
})

beforeEach(() => {
  root = workspace.path('repository')
})

async function notice(paths: readonly string[] = PACKED): Promise<string | undefined> {
  const commit = await checkedOutCommit(root)
  if (!commit) throw new Error('there is no commit')
  return uncommittedFiles(join(root, 'charts/demo'), commit, { paths, signal })
}

const write = (files: Readonly<Record<string, string>>) =>
  workspace.write('repository/charts/demo', files)

describe('there is a notice', () => {
  test('that names the files and how they differ', async () => {
    await write({ 'values.yaml': 'changed: 1\n', 'templates/new.yaml': 'new\n' })
    await rm(join(root, 'charts/demo/templates/configmap.yaml'))
    const commit = git(root, ['rev-parse', 'HEAD']).slice(0, 12)
    expect(await notice(['Chart.yaml', 'values.yaml', 'templates/new.yaml'])).toBe(
      `"${root}/charts/demo" is dated by commit ${commit}, but its files differ from the commit: "values.yaml" (changed), "templates/new.yaml" (not in the commit), "templates/configmap.yaml" (deleted). To publish the files of the commit, commit or discard the changes first.`
    )
  })

  test('that counts files beyond a few', async () => {
    const names = Array.from({ length: 9 }, (_, index) => `files/${index}`)
    await write(Object.fromEntries(names.map((name) => [name, 'x'])))
    expect(await notice([...PACKED, ...names])).toContain(
      '"files/4" (not in the commit) and 4 more.'
    )
  })

  test('when git ignores a file that is packed', async () => {
    await write({ 'values.tmp': 'x' })
    expect(await notice([...PACKED, 'values.tmp'])).toContain('"values.tmp" (not in the commit)')
  })

  test('when a subchart that is committed has changed', async () => {
    await write({ 'charts/sub/values.yaml': 'a: 1\n' })
    commitAll(root)
    await write({ 'charts/sub/values.yaml': 'a: 2\n' })
    expect(await notice([...PACKED, 'charts/sub/values.yaml'])).toContain(
      '"charts/sub/values.yaml" (changed)'
    )
  })

  test('when a link leads to a file that has changed', async () => {
    await symlink('../../../shared.yaml', join(root, 'charts/demo/templates/shared.yaml'))
    await workspace.write('repository', { 'shared.yaml': 'a' })
    commitAll(root)
    expect(await notice([...PACKED, 'templates/shared.yaml'])).toBeUndefined()
    await workspace.write('repository', { 'shared.yaml': 'b' })
    expect(await notice([...PACKED, 'templates/shared.yaml'])).toContain('(changed)')
  })
})

describe('none was found', () => {
  test('when all packed files are those of the commit', async () => {
    expect(await notice()).toBeUndefined()
  })

  test('for files that are not packed, and for other charts', async () => {
    await write({ 'not-packed.yaml': 'x', '.DS_Store': 'x' })
    await workspace.write('repository/charts/other', chartFiles())
    expect(await notice()).toBeUndefined()
  })

  test('for dependencies that were fetched, and the lock that came with them', async () => {
    await write({ 'charts/redis-1.0.0.tgz': 'x', 'charts/sub/Chart.yaml': 'x', 'Chart.lock': 'x' })
    const fetched = ['charts/redis/Chart.yaml', 'charts/sub/Chart.yaml', 'Chart.lock']
    expect(await notice([...PACKED, ...fetched])).toBeUndefined()
  })

  test('when dependencies that are committed were removed, to be fetched anew', async () => {
    await write({ 'charts/redis-1.0.0.tgz': 'x' })
    commitAll(root)
    await rm(join(root, 'charts/demo/charts'), { recursive: true })
    expect(await notice()).toBeUndefined()
  })

  test('for line endings, which git changes in checkouts on Windows', async () => {
    await write({ 'values.yaml': 'replicas: 1\r\n' })
    expect(await notice()).toBeUndefined()
  })

  test('for files of Git LFS as it checks them out', async () => {
    const oid = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize 3\n`
    await write({ 'files/logo.png': pointer })
    commitAll(root)
    await write({ 'files/logo.png': 'abc' })
    expect(await notice([...PACKED, 'files/logo.png'])).toBeUndefined()
  })

  test('for what a submodule holds', async () => {
    const library = await workspace.write('library', { a: 'a' })
    initialize(library)
    commitAll(library)
    git(root, ['submodule', '--quiet', 'add', '../library', 'charts/demo/files'], {
      environment: { GIT_ALLOW_PROTOCOL: 'file' }
    })
    commitAll(root)
    expect(await notice([...PACKED, 'files/a'])).toBeUndefined()
  })

  test('for modes and times', async () => {
    git(root, ['update-index', '--chmod=+x', 'charts/demo/values.yaml'])
    expect(await notice()).toBeUndefined()
  })

  test('when a partial clone does not have the folders of the commit', async () => {
    const tree = git(root, ['rev-parse', 'HEAD:charts'])
    await rm(join(root, '.git/objects', tree.slice(0, 2)), { recursive: true })
    expect(await notice()).toBeUndefined()
  })

  test('when the chart is reached by a link from elsewhere', async () => {
    const commit = await checkedOutCommit(root)
    if (!commit) throw new Error('there is no commit')
    await mkdir(workspace.path('links'))
    await symlink(join(root, 'charts/demo'), workspace.path('links/demo'))
    await writeFile(join(root, 'charts/demo/values.yaml'), 'x: 1\n')
    const options = { paths: PACKED, signal }
    expect(await uncommittedFiles(workspace.path('links/demo'), commit, options)).toBeUndefined()
  })
})
