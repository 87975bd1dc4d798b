import {
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  realpath,
  symlink,
  writeFile
} from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { toByteString } from '../../../../src/chart/model/chart-file.ts'
import { makeMirror } from '../../../../src/publish/package/dependencies/mirror.ts'
import { plainYaml } from '../../../support/dependencies/charts-folder.ts'
import { snapshot } from '../../../support/dependencies/snapshot.ts'
import { useWorkspace } from '../../../support/workspace.ts'

const workspace = useWorkspace()
const FETCHED = 'what was fetched'

beforeEach(async () => {
  await workspace.write('private', { 'fetched.tgz': FETCHED })
})

interface Chart {
  readonly files?: Readonly<Record<string, string>>
  /** Targets by paths. */
  readonly links?: Readonly<Record<string, string>>
  readonly leftOut?: readonly string[]
  /** What .helmignore leaves out. */
  readonly ignored?: readonly string[]
  /** Names in charts/ of what was fetched. */
  readonly fetched?: readonly string[]
  readonly lock?: { readonly name: string; readonly text: string }
}

/** Writes the chart `app`, and mirrors it. */
async function mirrored({ files = {}, links = {}, ...charts }: Chart) {
  const app = await workspace.write('app', { 'Chart.yaml': plainYaml('app'), ...files })
  for (const [path, target] of Object.entries(links)) {
    await mkdir(dirname(join(app, path)), { recursive: true })
    await symlink(target, join(app, path))
  }
  return mirror(charts)
}

async function sourceOf({
  leftOut = [],
  ignored = [],
  fetched = ['lib-1.0.0.tgz'],
  lock
}: Omit<Chart, 'files' | 'links'>) {
  const folder = toByteString(await realpath(workspace.path('app')))
  const archives = new Map(fetched.map((name) => [name, workspace.path('private/fetched.tgz')]))
  return {
    folder,
    ignored: new Set(ignored),
    name: 'app',
    charts: { leftOut: new Set(leftOut), archives, lock }
  }
}

async function mirror(charts: Omit<Chart, 'files' | 'links'>) {
  const source = await sourceOf(charts)
  const folder = workspace.path('app')
  const before = await snapshot(folder)
  const { path, links } = await makeMirror(source, workspace.path('private'))
  expect(await snapshot(folder)).toEqual(before)
  return {
    path,
    links: [...links].sort(),
    read: (name: string) => readFile(join(path, name), 'utf8'),
    isIn: async (name: string) =>
      (await realpath(join(path, name))).startsWith(await realpath(path)),
    isLink: async (name: string) => (await lstat(join(path, name))).isSymbolicLink(),
    list: (name: string) => readdir(join(path, name)).then((names) => names.sort())
  }
}

describe('a mirror of a chart', () => {
  test('has its name, charts/ as a folder of its own, and links to all else', async () => {
    const made = await mirrored({
      files: { 'templates/a.yaml': 'a', '.helmignore': 'x', 'charts/old/Chart.yaml': 'old' }
    })
    expect(made.path).toMatch(/\/mirror-[^/]+\/app$/)
    expect(await made.list('.')).toEqual(['.helmignore', 'Chart.yaml', 'charts', 'templates'])
    expect(await Promise.all(['Chart.yaml', 'templates', 'charts/old'].map(made.isLink))).toEqual([
      true,
      true,
      true
    ])
    expect(await made.isLink('charts')).toBe(false)
    expect(await made.list('charts')).toEqual(['lib-1.0.0.tgz', 'old'])
    expect(await made.read('charts/lib-1.0.0.tgz')).toBe(FETCHED)
    expect(await made.read('charts/old/Chart.yaml')).toBe('old')
    expect(made.links).toEqual([])
  })

  test('has charts/ where the chart has none', async () => {
    expect(await (await mirrored({})).list('charts')).toEqual(['lib-1.0.0.tgz'])
  })

  test('has an empty charts/ where all is left out and nothing was fetched', async () => {
    const made = await mirrored({
      files: { 'charts/a.tgz': 'a' },
      leftOut: ['a.tgz'],
      fetched: []
    })
    expect(await made.list('charts')).toEqual([])
  })

  test('lacks archives that are left out, and has what was fetched in the place of one with its name', async () => {
    const made = await mirrored({
      files: {
        'charts/lib-0.1.0.tgz': 'old',
        'charts/lib-1.0.0.tgz': 'same name',
        'charts/kept.tgz': 'kept',
        'files/lib-0.1.0.tgz': 'not in charts/'
      },
      leftOut: ['lib-0.1.0.tgz']
    })
    expect(await made.list('charts')).toEqual(['kept.tgz', 'lib-1.0.0.tgz'])
    expect(await made.read('charts/lib-1.0.0.tgz')).toBe(FETCHED)
    expect(await made.read('charts/kept.tgz')).toBe('kept')
    expect(await made.read('files/lib-0.1.0.tgz')).toBe('not in charts/')
  })

  test('lacks what .helmignore leaves out, but has .helmignore itself, whose rules are for what lies deeper, too', async () => {
    const made = await mirrored({
      files: { '.git/a': '', '.helmignore': '.*\n*.md\n', 'templates/a.md': '', 'charts/b.md': '' },
      ignored: ['.git', '.helmignore', 'templates/a.md', 'charts/b.md']
    })
    expect(await made.list('.')).toEqual(['.helmignore', 'Chart.yaml', 'charts', 'templates'])
    expect(await made.list('charts')).toEqual(['lib-1.0.0.tgz'])
    expect(await made.read('.helmignore')).toBe('.*\n*.md\n')
  })

  test('does not write through an archive of that name that is a link', async () => {
    await workspace.write('', { 'shared.tgz': 'shared' })
    const made = await mirrored({ links: { 'charts/lib-1.0.0.tgz': '../../shared.tgz' } })
    expect(await made.read('charts/lib-1.0.0.tgz')).toBe(FETCHED)
    expect(await readFile(workspace.path('shared.tgz'), 'utf8')).toBe('shared')
  })

  test.each([
    ['a file', {}, { 'Chart.lock': 'old' }],
    ['a link', { 'Chart.lock': '../shared.lock' }, {}],
    ['a link to nothing', { 'Chart.lock': '../nothing' }, {}]
  ])('has a new lock in the place of one that is %s', async (_, links, files) => {
    await workspace.write('', { 'shared.lock': 'shared' })
    const made = await mirrored({ links, files, lock: { name: 'Chart.lock', text: 'new' } })
    expect(await made.read('Chart.lock')).toBe('new')
    expect(await readFile(workspace.path('shared.lock'), 'utf8')).toBe('shared')
    expect((await readdir(workspace.path())).includes('nothing')).toBe(false)
  })

  test('keeps the locks of charts in charts/, and its own where none is new', async () => {
    const files = { 'Chart.lock': 'own', 'charts/a/Chart.lock': 'of a' }
    const made = await mirrored({ files, lock: { name: 'Chart.lock', text: 'new' } })
    expect(await made.read('charts/a/Chart.lock')).toBe('of a')
    expect(await (await mirror({})).read('Chart.lock')).toBe('own')
  })

  test('has names that are not UTF-8, also in folders of its own', async () => {
    const app = await workspace.write('app', {
      'Chart.yaml': plainYaml('app'),
      'charts/a': '',
      'templates/a': ''
    })
    const odd = Buffer.from([0x66, 0xff, 0xfe])
    const at = (folder: string) => Buffer.concat([Buffer.from(`${folder}/`), odd])
    for (const folder of [app, `${app}/charts`]) await writeFile(at(folder), folder)
    await mkdir(at(`${app}/templates`))
    await symlink('../charts/lib-1.0.0.tgz', `${app}/templates/link`)
    const made = await makeMirror(await sourceOf({}), workspace.path('private'))
    expect(String(await readFile(at(made.path)))).toBe(app)
    expect(String(await readFile(at(`${made.path}/charts`)))).toBe(`${app}/charts`)
    expect(await readdir(`${made.path}/templates`, { encoding: 'buffer' })).toContainEqual(odd)
    expect([...made.links]).toEqual(['templates/link'])
  })

  test('has links in folders whose names are not UTF-8 into the mirror', async () => {
    const app = await workspace.write('app', { 'Chart.yaml': plainYaml('app') })
    const odd = Buffer.from([0x2f, 0xff, 0x2f])
    const at = (folder: string) => Buffer.concat([Buffer.from(folder), odd, Buffer.from('link')])
    await mkdir(Buffer.concat([Buffer.from(app), odd]))
    await symlink('../charts/lib-1.0.0.tgz', at(app))
    const made = await makeMirror(await sourceOf({}), workspace.path('private'))
    expect(String(await readFile(at(made.path)))).toBe(FETCHED)
    expect([...made.links]).toEqual(['\u00ff/link'])
  })

  test('of a folder whose name a path cannot have is called chart', async () => {
    await workspace.write('app', { 'Chart.yaml': plainYaml('app') })
    const source = { ...(await sourceOf({})), name: '' }
    const { path } = await makeMirror(source, workspace.path('private'))
    expect(path).toMatch(/\/chart$/)
  })

  test('is another one each time', async () => {
    const made = await mirrored({})
    expect((await mirror({})).path).not.toBe(made.path)
  })
})

describe('links', () => {
  test.each<[string, Chart, string]>([
    [
      'in templates/',
      { links: { 'templates/lib.tgz': '../charts/lib-1.0.0.tgz' } },
      'templates/lib.tgz'
    ],
    ['right in the chart', { links: { 'lib.tgz': 'charts/lib-1.0.0.tgz' } }, 'lib.tgz'],
    [
      'by an absolute path',
      { links: { 'files/lib.tgz': 'APP/charts/lib-1.0.0.tgz' } },
      'files/lib.tgz'
    ],
    [
      'by a way around',
      { links: { 'files/lib.tgz': '../files/../charts/lib-1.0.0.tgz' } },
      'files/lib.tgz'
    ],
    [
      'deep below',
      { links: { 'a/b/c/lib.tgz': '../../../charts/lib-1.0.0.tgz' } },
      'a/b/c/lib.tgz'
    ],
    [
      'by another link',
      {
        links: { 'files/lib.tgz': 'next', 'files/next': '../charts/lib-1.0.0.tgz' }
      },
      'files/lib.tgz'
    ],
    ['by a link out of the chart', { links: { 'files/lib.tgz': '../../back' } }, 'files/lib.tgz'],
    ['within charts/', { links: { 'charts/alias.tgz': 'lib-1.0.0.tgz' } }, 'charts/alias.tgz'],
    [
      'in a folder of charts/',
      { links: { 'charts/x/lib.tgz': '../lib-1.0.0.tgz' } },
      'charts/x/lib.tgz'
    ]
  ])('into charts/ lead into the mirror: %s', async (_, chart, path) => {
    const app = workspace.path('app')
    await symlink('app/charts/lib-1.0.0.tgz', workspace.path('back'))
    const links = Object.entries(chart.links ?? {}).map(([name, to]) => [
      name,
      to.replace('APP', app)
    ])
    const made = await mirrored({ ...chart, links: Object.fromEntries(links) })
    expect(await made.read(path)).toBe(FETCHED)
    expect(await made.isIn(path)).toBe(true)
    expect(made.links).toContain(path)
  })

  test('to charts/ itself has what was fetched', async () => {
    const made = await mirrored({ links: { 'files/all': '../charts' } })
    expect(await made.read('files/all/lib-1.0.0.tgz')).toBe(FETCHED)
    expect(made.links).toEqual(['files/all'])
  })

  test('to an archive that is replaced has the new one', async () => {
    const made = await mirrored({
      files: { 'charts/lib-1.0.0.tgz': 'old' },
      links: { 'files/lib.tgz': '../charts/lib-1.0.0.tgz' }
    })
    expect(await made.read('files/lib.tgz')).toBe(FETCHED)
  })

  test('to an archive that is left out lead to nothing, and are not called sound', async () => {
    const made = await mirrored({
      files: { 'charts/old.tgz': 'old' },
      links: { 'files/old.tgz': '../charts/old.tgz', 'files/none.tgz': '../charts/none.tgz' },
      leftOut: ['old.tgz']
    })
    expect(made.links).toEqual([])
    await expect(made.read('files/old.tgz')).rejects.toThrow('ENOENT')
  })

  test('to a folder in charts/ that stays are sound', async () => {
    const made = await mirrored({
      files: { 'charts/x/values.yaml': 'x: 1' },
      links: { 'files/x': '../charts/x', 'values.yaml': 'charts/x/values.yaml' }
    })
    expect(await made.read('files/x/values.yaml')).toBe('x: 1')
    expect(await made.read('values.yaml')).toBe('x: 1')
    expect(made.links).toEqual(['files/x', 'values.yaml'])
  })

  test.each<[string, Chart]>([
    ['a file beside', { files: { 'files/b': 'found' }, links: { 'files/a': 'b' } }],
    ['a file elsewhere', { links: { 'files/a': '../../shared' } }],
    ['a file by an absolute path', { links: { 'files/a': 'SHARED' } }],
    ['a chain of links', { links: { 'files/a': 'b', 'files/b': '../../shared' } }],
    [
      'a folder whose name begins as charts/',
      { files: { 'charts-more/a': 'found' }, links: { 'files/a': '../charts-more/a' } }
    ]
  ])('to %s lead where they led', async (_, { files = {}, links = {} }) => {
    await workspace.write('', { shared: 'found' })
    const all = Object.entries(links).map(([path, to]) => [
      path,
      to.replace('SHARED', workspace.path('shared'))
    ])
    const made = await mirrored({ files, links: Object.fromEntries(all) })
    expect(await made.read('files/a')).toBe('found')
    expect(made.links).toEqual([])
  })

  test('are kept beside one that leads into charts/, for which their folder is one of the mirror', async () => {
    await workspace.write('', { shared: 'shared' })
    const made = await mirrored({
      files: { 'files/plain': 'plain', 'files/below/deep': 'deep' },
      links: {
        'files/lib.tgz': '../charts/lib-1.0.0.tgz',
        'files/out': '../../shared',
        'files/beside': 'plain',
        'files/broken': '../nothing'
      }
    })
    expect(await made.isLink('files')).toBe(false)
    const texts = ['files/plain', 'files/below/deep', 'files/out', 'files/beside', 'files/lib.tgz']
    expect(await Promise.all(texts.map(made.read))).toEqual([
      'plain',
      'deep',
      'shared',
      'plain',
      FETCHED
    ])
    await expect(made.read('files/broken')).rejects.toThrow('ENOENT')
  })

  test('as Chart.yaml, as a folder and as charts/ itself are followed', async () => {
    await workspace.write('other', {
      'Chart.yaml': plainYaml('other'),
      'templates/a.yaml': 'a',
      'charts/kept.tgz': 'kept',
      'charts/old.tgz': 'old'
    })
    await workspace.write('app', { 'values.yaml': 'a: 1' })
    const app = workspace.path('app')
    for (const name of ['Chart.yaml', 'templates', 'charts'])
      await symlink(`../other/${name}`, join(app, name))
    const before = await snapshot(workspace.path('other'))
    const made = await mirror({ leftOut: ['old.tgz'] })
    expect(await made.read('Chart.yaml')).toBe(plainYaml('other'))
    expect(await made.read('templates/a.yaml')).toBe('a')
    expect(await made.isLink('charts')).toBe(false)
    expect(await made.list('charts')).toEqual(['kept.tgz', 'lib-1.0.0.tgz'])
    expect(await snapshot(workspace.path('other'))).toEqual(before)
  })

  test('that lead into a charts/ that is a link lead into the mirror', async () => {
    await workspace.write('other', { 'charts/x/values.yaml': 'x: 1' })
    const made = await mirrored({
      links: { charts: '../other/charts', 'files/lib.tgz': '../charts/lib-1.0.0.tgz' }
    })
    expect(await made.read('files/lib.tgz')).toBe(FETCHED)
  })

  test.each<[string, Readonly<Record<string, string>>]>([
    ['itself', { 'files/a': 'a' }],
    ['each other', { 'files/a': 'b', 'files/b': 'a' }],
    ['each other in charts/', { 'charts/a': 'b', 'charts/b': 'a' }],
    ['the chart', { 'files/a': '..' }],
    ['charts/ as a link to nothing', { charts: '../nothing' }]
  ])('that lead to %s end', async (_, links) => {
    const made = await mirrored({ links })
    expect(await made.read('charts/lib-1.0.0.tgz')).toBe(FETCHED)
    expect(made.links.filter((path) => path.startsWith('files/'))).toEqual([])
  })

  test('stay links: nothing of the chart is copied', async () => {
    const made = await mirrored({ files: { 'big.bin': 'x' } })
    expect(await readlink(join(made.path, 'big.bin'))).toBe(
      join(await realpath(workspace.path('app')), 'big.bin')
    )
  })
})
