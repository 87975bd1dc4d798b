import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { checkedOutCommit } from '../../../src/git/commit.ts'
import { Comparison } from '../../../src/git/comparison.ts'
import { commitAll, git, initialize } from '../../support/git.ts'
import { useTemplate, useWorkspace } from '../../support/workspace.ts'

const workspace = useWorkspace()
const { signal } = new AbortController()
const CONTENT = Buffer.from('large content')
const POINTER = `version https://git-lfs.github.com/spec/v1
oid sha256:${createHash('sha256').update(CONTENT).digest('hex')}
size ${CONTENT.length}
`
let root = ''

useTemplate(workspace, async (template) => {
  const made = await template.write('repository', {
    'charts/demo/Chart.yaml': 'name: demo\n',
    'charts/demo/values.yaml': 'a: 1\nb: 2\n',
    'charts/demo/templates/a.yaml': 'a\n',
    'charts/demo/files/image.png': POINTER,
    'charts/other/values.yaml': 'other\n',
    'shared/common.yaml': 'common\n',
    'shared/templates/x.yaml': 'x\n',
    '.gitignore': 'ignored\n'
  })
  await symlink('../../shared/common.yaml', join(made, 'charts/demo/common.yaml'))
  await symlink('../../shared', join(made, 'charts/demo/shared'))
  await symlink('demo', join(made, 'charts/alias'))
  initialize(made)
  commitAll(made)
})

beforeEach(() => {
  root = workspace.path('repository')
})

const chart = (path: string) => join(root, 'charts/demo', path)

async function comparison(path = root): Promise<Comparison> {
  const commit = await checkedOutCommit(path)
  if (!commit) throw new Error('there is no commit')
  return Comparison.with(commit, signal)
}

/** As `path: kind`. */
async function differences(path = 'charts/demo'): Promise<readonly string[]> {
  const found: string[] = []
  for await (const { path: at, kind } of (await comparison()).differences(path)) {
    found.push(`${at}: ${kind}`)
  }
  return found
}

describe('there is no difference', () => {
  test('in a fresh checkout, by whichever path a chart is named', async () => {
    expect(await differences()).toEqual([])
    expect(await differences('charts/alias')).toEqual([])
    expect(await differences('')).toEqual([])
    expect(await differences('charts/demo/values.yaml')).toEqual([])
  })

  test('when modes have changed, which Helm does not pack', async () => {
    await chmod(chart('values.yaml'), 0o755)
    expect(await differences()).toEqual([])
  })

  test('when files were written again, and the index knows nothing of it', async () => {
    await writeFile(chart('values.yaml'), 'a: 1\nb: 2\n')
    await rm(join(root, '.git/index'))
    expect(await differences()).toEqual([])
  })

  test('when an empty folder was added, which Helm does not pack either', async () => {
    await mkdir(chart('empty/er'), { recursive: true })
    expect(await differences()).toEqual([])
  })

  test('when something else has changed', async () => {
    await writeFile(join(root, 'charts/other/values.yaml'), 'changed\n')
    expect(await differences()).toEqual([])
  })

  test('in a SHA-256 repository', async () => {
    await rm(join(root, '.git'), { recursive: true })
    initialize(root, '--object-format=sha256')
    commitAll(root)
    expect(await differences()).toEqual([])
    await writeFile(chart('values.yaml'), 'changed\n')
    expect(await differences()).toEqual(['charts/demo/values.yaml: changed'])
  })

  test('in a clone without blobs, which are not needed', async () => {
    git(root, ['config', 'uploadpack.allowFilter', 'true'])
    git(root, ['clone', '--quiet', '--filter=blob:none', `file://${root}`, '../part'], {
      environment: { GIT_ALLOW_PROTOCOL: 'file' }
    })
    const there = await comparison(workspace.path('part'))
    expect((await there.differences('charts/demo').next()).done).toBe(true)
  })
})

describe('a difference is found', () => {
  test('in a file that has changed, also when size, time and index stay the same', async () => {
    await writeFile(chart('values.yaml'), 'a: 1\nb: 3\n')
    execFileSync('touch', ['-d', '@0', chart('values.yaml')])
    git(root, ['update-index', '--assume-unchanged', 'charts/demo/values.yaml'])
    expect(git(root, ['status', '--porcelain'])).toBe('')
    expect(await differences()).toEqual(['charts/demo/values.yaml: changed'])
  })

  test('in a file that was added, staged or not, ignored or not, at any depth', async () => {
    await mkdir(chart('new/er'), { recursive: true })
    for (const path of ['ignored', 'new/er/file', 'staged']) await writeFile(chart(path), 'x')
    git(root, ['add', 'charts/demo/staged'])
    expect(await differences()).toEqual([
      'charts/demo/ignored: untracked',
      'charts/demo/new/er/file: untracked',
      'charts/demo/staged: untracked'
    ])
  })

  test('in a file, a folder or a link that was removed', async () => {
    for (const path of ['values.yaml', 'templates', 'shared']) {
      await rm(chart(path), { recursive: true })
    }
    expect(await differences()).toEqual([
      'charts/demo/shared: missing',
      'charts/demo/templates: missing',
      'charts/demo/values.yaml: missing'
    ])
  })

  test('in a file that became a folder, and a folder that became a file', async () => {
    await rm(chart('values.yaml'))
    await mkdir(chart('values.yaml'))
    await rm(chart('templates'), { recursive: true })
    await writeFile(chart('templates'), 'x')
    expect(await differences()).toEqual([
      'charts/demo/templates: changed',
      'charts/demo/values.yaml: changed'
    ])
  })

  test('in line endings, and says so', async () => {
    await writeFile(chart('values.yaml'), 'a: 1\r\nb: 2\r\n')
    expect(await differences()).toEqual(['charts/demo/values.yaml: line-endings'])
    await writeFile(chart('values.yaml'), 'a: 1\r\nb: 3\r\n')
    expect(await differences()).toEqual(['charts/demo/values.yaml: changed'])
  })

  test('in a file of Git LFS, and says so where it is the one that was committed', async () => {
    await writeFile(chart('files/image.png'), CONTENT)
    expect(await differences()).toEqual(['charts/demo/files/image.png: lfs'])
    await writeFile(chart('files/image.png'), 'other content')
    expect(await differences()).toEqual(['charts/demo/files/image.png: changed'])
  })

  test('in the spelling of a name', async () => {
    await rename(chart('values.yaml'), chart('Values.yaml'))
    expect(await differences()).toEqual([
      'charts/demo/Values.yaml: untracked',
      'charts/demo/values.yaml: missing'
    ])
  })

  test('in what is not a file', async () => {
    execFileSync('mkfifo', [chart('pipe')])
    await rm(chart('values.yaml'))
    execFileSync('mkfifo', [chart('values.yaml')])
    expect(await differences()).toEqual([
      'charts/demo/pipe: special',
      'charts/demo/values.yaml: special'
    ])
  })

  test('in a repository within the chart', async () => {
    await mkdir(chart('inner'))
    initialize(chart('inner'))
    expect(await differences()).toContain('charts/demo/inner/.git/HEAD: untracked')
  })

  test('in a submodule, of which the commit has no files', async () => {
    const library = await workspace.write('library', { a: 'a' })
    initialize(library)
    commitAll(library)
    git(root, ['submodule', '--quiet', 'add', '../library', 'charts/demo/sub'], {
      environment: { GIT_ALLOW_PROTOCOL: 'file' }
    })
    commitAll(root)
    expect(await differences()).toEqual(['charts/demo/sub: submodule'])
    const inside = await (await comparison()).differenceAt('charts/demo/sub/a')
    expect(inside?.kind).toBe('submodule')
  })
})

describe('a link', () => {
  const link = async (target: string, path = 'common.yaml') => {
    await rm(chart(path), { recursive: true })
    await symlink(target, chart(path))
  }

  test('is followed: what it leads to counts', async () => {
    await writeFile(join(root, 'shared/common.yaml'), 'changed\n')
    await writeFile(join(root, 'shared/templates/new.yaml'), 'new\n')
    expect(await differences()).toEqual([
      'shared/common.yaml: changed',
      'shared/templates/new.yaml: untracked'
    ])
  })

  test('is a difference when it leads elsewhere, even to the same file', async () => {
    await link('../../shared/./common.yaml')
    expect(await differences()).toEqual(['charts/demo/common.yaml: changed'])
  })

  test('is a difference in the place of a file with the same content', async () => {
    await rename(chart('values.yaml'), join(root, 'kept.yaml'))
    await symlink('../../kept.yaml', chart('values.yaml'))
    expect(await differences()).toEqual(['charts/demo/values.yaml: changed'])
  })

  test('is a difference where a file with the same content takes its place', async () => {
    await rm(chart('common.yaml'))
    await writeFile(chart('common.yaml'), 'common\n')
    expect(await differences()).toEqual(['charts/demo/common.yaml: changed'])
    await writeFile(chart('common.yaml'), '../../shared/common.yaml')
    expect(await differences()).toEqual(['charts/demo/common.yaml: changed'])
  })

  test.each([
    ['../../../outside', 'outside'],
    ['/etc/hostname', 'outside'],
    ['nowhere', 'missing'],
    ['common.yaml', 'missing'],
    ['../../.git/HEAD', 'untracked'],
    ['/proc/self/environ', 'outside']
  ])('to %s is refused, though it is committed', async (target, kind) => {
    await link(target)
    commitAll(root)
    const found = await differences()
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(new RegExp(`: ${kind}$`))
  })

  test('with an absolute path within the work tree is followed', async () => {
    await link(join(root, 'shared/common.yaml'))
    commitAll(root)
    expect(await differences()).toEqual([])
  })

  test('to the folder that it is in ends nothing', async () => {
    await link('.', 'shared')
    await link('..')
    commitAll(root)
    expect(await differences()).toEqual([])
  })

  test('is followed as the system does it, where another folder has become a link', async () => {
    await mkdir(join(root, 'conf'))
    await writeFile(join(root, 'conf/keep'), '')
    await link('../../conf/../shared/common.yaml')
    commitAll(root)
    expect(await differences()).toEqual([])
    await rm(join(root, 'conf'), { recursive: true })
    await workspace.write('repository/evil', { 'x/keep': '', 'shared/common.yaml': 'evil\n' })
    await symlink('evil/x', join(root, 'conf'))
    expect(await differences()).toEqual(['conf: changed'])
  })

  test('on the path to the chart counts too', async () => {
    await rm(join(root, 'charts/alias'))
    await symlink('other', join(root, 'charts/alias'))
    expect(await differences('charts/alias')).toEqual(['charts/alias: changed'])
  })
})

describe('the path from the root of the work tree', () => {
  test('has its links unresolved', async () => {
    const path = await (await comparison()).pathTo(join(root, 'charts/alias/values.yaml'))
    expect(path).toBe('charts/alias/values.yaml')
  })

  test('begins at a link to the root, too', async () => {
    await symlink('repository', workspace.path('link'))
    const path = await (await comparison()).pathTo(workspace.path('link/charts'))
    expect(path).toBe('charts')
  })

  test('begins at the outermost one, so that no link below it is passed over', async () => {
    await symlink('.', join(root, 'self'))
    const path = await (await comparison()).pathTo(join(root, 'self/charts/demo'))
    expect(path).toBe('self/charts/demo')
  })

  test('is unknown where `..` goes back over a link, since that is another place', async () => {
    await workspace.write('elsewhere/x', { a: 'a' })
    await symlink('../elsewhere/x', join(root, 'far'))
    const path = `${root}/far/../charts/demo`
    expect(await (await comparison()).pathTo(path)).toBeUndefined()
  })

  test('is unknown elsewhere', async () => {
    expect(await (await comparison()).pathTo(workspace.path('home'))).toBeUndefined()
  })
})

test('it ends when the run does', async () => {
  const commit = await checkedOutCommit(root)
  if (!commit) throw new Error('there is no commit')
  const stopped = await Comparison.with(commit, AbortSignal.abort(new Error('stopped')))
  await expect(stopped.differences('charts').next()).rejects.toThrow('stopped')
})
