import { link, mkdir, realpath, symlink } from 'node:fs/promises'
import { describe, expect, test } from '@jest/globals'
import { toText } from '../../src/chart/model/chart-file.ts'
import { openTree } from '../../src/directory/open-tree.ts'
import { Failure } from '../../src/shared/failure.ts'
import { chartFiles } from '../support/charts/charts.ts'
import { sourceOptions } from '../support/charts/sources.ts'
import { makeFifo, makeSocket } from '../support/charts/special-files.ts'
import { RecordingLogger } from '../support/log.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const BARE = ['Chart.yaml', 'templates/configmap.yaml', 'values.yaml']

/** Writes a chart into a git work tree, with other files of it. */
async function chart(files: Readonly<Record<string, string>> = {}): Promise<string> {
  await workspace.write('repository', {
    '.git/HEAD': 'ref: refs/heads/main\n',
    '.git/objects/none': '',
    '.git/refs/none': '',
    'README.md': 'of the repository',
    'lib/Chart.yaml': 'apiVersion: v2\nname: lib\nversion: 1.0.0\n'
  })
  await workspace.write('outside', { 'token/secret': 'x' })
  return workspace.write('repository/chart', { ...chartFiles(), ...files })
}

async function filesOf(path: string, allowOutsideFiles = false): Promise<readonly string[]> {
  const { files } = await openTree(path, sourceOptions({ allowOutsideFiles }))
  return files.map((file) => toText(file.path))
}

async function refusalOf(path: string): Promise<string> {
  const error = await openTree(path, sourceOptions()).catch((thrown: unknown) => thrown)
  if (!(error instanceof Failure)) throw new Error('it was not refused')
  expect(error.kind).toBe('chart')
  return `${error.message} ${error.fix}`
}

test('the files are those of helm, in its order', async () => {
  const path = await chart({ 'templates/a/x.yaml': '', 'templates/a.yaml': '', 'charts/.x': '' })
  expect(await filesOf(path)).toEqual([
    'Chart.yaml',
    'charts/.x',
    'templates/a/x.yaml',
    'templates/a.yaml',
    'templates/configmap.yaml',
    'values.yaml'
  ])
})

describe('links', () => {
  test('within the chart are followed without a word, absolute ones and those to folders as well', async () => {
    const path = await chart()
    await symlink('values.yaml', `${path}/relative`)
    await symlink(`${path}/values.yaml`, `${path}/absolute`)
    await symlink('templates', `${path}/folder`)
    await link(`${path}/values.yaml`, `${path}/hard`)
    const logger = new RecordingLogger()
    const { files } = await openTree(path, sourceOptions({ logger }))
    const paths = files.map((file) => file.path)
    expect(paths).toEqual([
      'Chart.yaml',
      'absolute',
      'folder/configmap.yaml',
      'hard',
      'relative',
      ...BARE.slice(1)
    ])
    expect(logger.lines).toEqual([])
  })

  test('that lead out of the chart, but not out of the work tree, are named with their targets', async () => {
    const path = await chart()
    await mkdir(`${path}/charts`)
    await symlink('../../lib', `${path}/charts/lib`)
    await symlink('../README.md', `${path}/README.md`)
    const logger = new RecordingLogger()
    await openTree(path, sourceOptions({ logger }))
    const root = await realpath(workspace.path('repository'))
    expect(logger.lines).toEqual([
      `notice: ${path}: links point to files outside of the chart, which are packaged: "README.md" to "${root}/README.md", "charts/lib" to "${root}/lib".`
    ])
  })

  test.each([
    ['a file', '../../outside/token/secret'],
    ['a folder', '../../outside'],
    ['a file of the system', '/etc/hostname'],
    ['the environment of a process', '/proc/self/environ'],
    ['a file by way of another link', '../by-way/secret']
  ])('that lead out of the work tree are refused: %s', async (_, target) => {
    const path = await chart()
    await symlink('../outside/token', workspace.path('repository/by-way'))
    await symlink(target, `${path}/innocent`)
    const refusal = await refusalOf(path)
    expect(refusal).toContain('Links point to files outside of the work tree')
    expect(refusal).toContain('"innocent" to "/')
    expect(refusal).toContain('`allow-outside-files: true`')
    expect(await filesOf(path, true)).toContainEqual(expect.stringMatching(/^innocent/))
  })

  test('out of the work tree are named, what lies behind them is not', async () => {
    const path = await chart()
    await symlink('/etc/hostname', workspace.path('outside/behind'))
    await symlink('../../outside', `${path}/innocent`)
    const refusal = await refusalOf(path)
    expect(refusal).toContain('"innocent" to "/')
    expect(refusal).not.toContain('behind')
  })

  test('are judged in folders that a link leads to, and by where they lead at last', async () => {
    const path = await chart()
    await workspace.write('repository/shared', { a: '' })
    await symlink('../../outside/token/secret', workspace.path('repository/shared/deep'))
    await symlink(`${path}/values.yaml`, workspace.path('outside/back'))
    await symlink('../../outside/back', `${path}/there-and-back`)
    expect(await filesOf(path)).toContain('there-and-back')
    await symlink('../shared', `${path}/shared`)
    expect(await refusalOf(path)).toContain('"shared/deep"')
  })

  test('that .helmignore names do not count, unless they lead nowhere: helm follows them first', async () => {
    const path = await chart({ '.helmignore': 'ignored\nfolder/\nbroken\n' })
    await symlink('../../outside/token/secret', `${path}/ignored`)
    await symlink('../../outside', `${path}/folder`)
    expect(await filesOf(path)).toEqual(['.helmignore', ...BARE])
    await symlink('nowhere', `${path}/broken`)
    expect(await refusalOf(path)).toContain('"broken" (its target does not exist)')
  })

  test.each([
    ['the chart', '..'],
    ['a folder above the chart', '../../..'],
    ['its own folder', '.'],
    ['a folder that links back', '../../ring'],
    ['itself', 'loop']
  ])('that lead in a circle are found: %s', async (_, target) => {
    const path = await chart()
    await workspace.write('repository/ring', { a: '' })
    await symlink('../chart', workspace.path('repository/ring/back'))
    await mkdir(`${path}/charts`)
    for (const name of ['loop', 'second', 'third']) await symlink(target, `${path}/charts/${name}`)
    expect(await refusalOf(path)).toMatch(/"charts\/loop/)
  })

  test('that lead in a circle do not count where .helmignore names them', async () => {
    const path = await chart({ '.helmignore': 'loop\n' })
    await symlink('..', `${path}/loop`)
    expect(await filesOf(path)).toEqual(['.helmignore', ...BARE])
  })

  test('that multiply without a circle end at the number of files that a chart may have', async () => {
    const path = await chart()
    for (let level = 0; level < 20; level++) {
      await mkdir(`${path}/l${level}`)
      for (const name of ['a', 'b']) await symlink(`../l${level + 1}`, `${path}/l${level}/${name}`)
    }
    await mkdir(`${path}/l20`)
    expect(await refusalOf(path)).toContain('The chart has too many files and folders')
  })

  test('into the folder of git are refused, whatever their names', async () => {
    const path = await chart()
    await symlink('../.git', `${path}/folder`)
    await symlink('../.git/HEAD', `${path}/file`)
    const refusal = await refusalOf(path)
    expect(refusal).toContain('data of a git repository')
    expect(refusal).toContain('`/file`, `/folder`')
  })
})

describe('the work tree', () => {
  test('is the root of the git repository, however deep the chart is in it', async () => {
    await workspace.write('root', {
      '.git/HEAD': 'ref: refs/heads/main\n',
      '.git/objects/none': '',
      '.git/refs/none': '',
      LICENSE: ''
    })
    await workspace.write('.', { outside: '' })
    const path = await workspace.write('root/deploy/charts/demo', chartFiles())
    await symlink('../../../LICENSE', `${path}/LICENSE`)
    expect(await filesOf(path)).toContain('LICENSE')
    await symlink('../../../../outside', `${path}/a`)
    expect(await refusalOf(path)).toContain('"a" to')
  })

  test('is the root of the git repository, also where the chart is the root', async () => {
    const path = await workspace.write('root', {
      ...chartFiles(),
      '.helmignore': '.git\n',
      '.git/HEAD': 'ref: refs/heads/main\n',
      '.git/objects/none': '',
      '.git/refs/none': ''
    })
    await workspace.write('.', { outside: '' })
    await symlink('../outside', `${path}/a`)
    expect(await refusalOf(path)).toContain(`outside of the work tree "${await realpath(path)}"`)
  })

  test('is the parent folder of the chart where there is no git', async () => {
    const path = await workspace.write('a/b/chart', chartFiles())
    await workspace.write('a', { 'b/near': '', far: '' })
    await symlink('../near', `${path}/near`)
    expect(await filesOf(path)).toContain('near')
    await symlink('../../far', `${path}/far`)
    expect(await refusalOf(path)).toContain('"far" to')
  })

  test('is that of the chart itself where the chart is a link that the user names', async () => {
    const path = await chart()
    await symlink(path, workspace.path('named'))
    await symlink('../README.md', `${path}/README.md`)
    expect(await filesOf(workspace.path('named'))).toContain('README.md')
  })
})

describe('what helm could not package is refused before helm is started', () => {
  test.each(['Chart.yaml', 'charts/x.tgz', 'charts/x', 'requirements.lock', 'files/a'])(
    'a FIFO: %s',
    async (name) => {
      const path = await chart({ 'charts/y/Chart.yaml': '', 'files/b': '' })
      if (name === 'Chart.yaml') await symlink('fifo', `${path}/${name}.link`)
      makeFifo(`${path}/${name === 'Chart.yaml' ? 'fifo' : name}`)
      expect(await refusalOf(path)).toContain('it is a FIFO')
    }
  )

  test.each(['Chart.lock', 'charts/x.tgz', '.helmignore', 'templates/x'])(
    'a link to a device: %s',
    async (name) => {
      const path = await chart({ 'charts/y/Chart.yaml': '' })
      await symlink('/dev/zero', `${path}/${name}`)
      expect(await refusalOf(path)).toContain('it is a device')
    }
  )

  test('a socket', async () => {
    const path = await chart()
    const close = await makeSocket(`${path}/socket`)
    expect(await refusalOf(path)).toContain('"socket" (it is a socket)')
    await close()
  })

  test('but not where .helmignore names it, or its folder', async () => {
    const path = await chart({ '.helmignore': 'fifo\nrun/\n', 'run/a': '' })
    makeFifo(`${path}/fifo`)
    makeFifo(`${path}/run/fifo`)
    expect(await filesOf(path)).toEqual(['.helmignore', ...BARE])
  })

  test.each([
    ['a FIFO', (path: string) => makeFifo(path), 'it is a FIFO'],
    ['a folder', (path: string) => mkdir(path), 'it is a directory']
  ])('%s in place of .helmignore', async (_, make, why) => {
    const path = await chart()
    await make(`${path}/.helmignore`)
    expect(await refusalOf(path)).toContain(why)
  })

  test('a .helmignore that helm refuses', async () => {
    expect(await refusalOf(await chart({ '.helmignore': 'a\n**/b\n' }))).toContain(
      'line 2 has "**"'
    )
  })

  test.each(['.git', 'charts/lib/.git', '.GIT'])('data of git: %s', async (name) => {
    expect(await refusalOf(await chart({ [`${name}/config`]: 'token' }))).toContain('data of a git')
    expect(await refusalOf(await chart({ [`a/${name}`]: 'gitdir: x' }))).toContain('data of a git')
    const ignored = await chart({ '.helmignore': '.git\n.GIT\n' })
    expect(await filesOf(ignored)).toEqual(['.helmignore', ...BARE])
  })
})

test('a run that is aborted walks no further', async () => {
  const reason = new Failure('sigint', { message: 'interrupted', fix: '' })
  const signal = AbortSignal.abort(reason)
  await expect(openTree(await chart(), sourceOptions({ signal }))).rejects.toBe(reason)
})

test('names are bytes: what is not UTF-8 is found as well', async () => {
  const path = await chart({ größe: '' })
  await symlink('values.yaml', Buffer.concat([Buffer.from(`${path}/`), Buffer.from([0xff, 0xfe])]))
  expect(await filesOf(path)).toEqual(['Chart.yaml', 'größe', ...BARE.slice(1), '\ufffd\ufffd'])
})

test('a signal ends the walk of a chart whose .helmignore takes hours', async () => {
  const rules = `${'*a'.repeat(30)}b\n`.repeat(10_000)
  const files = Array.from({ length: 300 }, (_, index) => [`${'a'.repeat(200)}${index}`, ''])
  const path = await chart({ ...Object.fromEntries(files), '.helmignore': rules })
  const reason = new Error('ended')
  const started = performance.now()
  const ending = new AbortController()
  setTimeout(() => ending.abort(reason), 100)
  const options = sourceOptions({ signal: ending.signal })
  await expect(openTree(path, options)).rejects.toBe(reason)
  expect(performance.now() - started).toBeLessThan(5000)
})

describe('a .helmignore that is a link', () => {
  const SECRET = '[hidden secret'

  test('out of the work tree is refused before it is read', async () => {
    const path = await chart()
    await workspace.write('outside', { word: SECRET })
    await symlink(workspace.path('outside/word'), `${path}/.helmignore`)
    const refusal = await refusalOf(path)
    expect(refusal).toContain('Links point to files outside of the work tree')
    expect(refusal).toContain('".helmignore" to "')
    expect(refusal).not.toContain(SECRET)
  })

  test('by way of other links is refused as well', async () => {
    const path = await chart()
    await workspace.write('outside', { word: SECRET })
    await symlink(workspace.path('outside'), workspace.path('repository/out'))
    await symlink('../out/word', `${path}/.helmignore`)
    expect(await refusalOf(path)).not.toContain(SECRET)
  })

  test('within the work tree is read, and one to elsewhere where that is allowed', async () => {
    const path = await chart({ 'notes.txt': '' })
    await workspace.write('repository', { ignore: 'notes.txt\n' })
    await symlink('../ignore', `${path}/.helmignore`)
    expect(await filesOf(path)).not.toContain('notes.txt')
    const other = await workspace.write('other', { ...chartFiles(), 'notes.txt': '' })
    await workspace.write('elsewhere/.git', { HEAD: '', 'objects/x': '', 'refs/x': '' })
    await workspace.write('elsewhere', { ignore: 'notes.txt\n' })
    await symlink(workspace.path('elsewhere/ignore'), `${other}/.helmignore`)
    expect(await filesOf(other, true)).not.toContain('notes.txt')
  })
})
