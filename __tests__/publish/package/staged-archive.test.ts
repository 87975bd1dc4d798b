import { mkdir, readdir, readFile, stat, symlink, utimes } from 'node:fs/promises'
import { describe, expect, test } from '@jest/globals'
import { CHART_TYPE, CONFIG_TYPE, PROVENANCE_TYPE } from '../../../src/artifact/media-types.ts'
import { blobOf } from '../../../src/oci/spec/blob.ts'
import { OCI_MANIFEST } from '../../../src/oci/spec/media-types.ts'
import { requireRoom, stageArchive } from '../../../src/publish/package/staged-archive.ts'
import { useWorkspace } from '../../support/workspace.ts'

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

test('no link that lies in the destination is written through', async () => {
  const out = await workspace.write('out', { 'kept.txt': 'kept' })
  const path = await archive()
  await workspace.write('packed', { 'demo-1.0.0.tgz.prov': 'provenance' })
  for (const name of ['demo-1.0.0.tgz', 'demo-1.0.0.tgz.prov']) {
    await symlink(`${out}/kept.txt`, `${out}/${name}`)
    await symlink(`${out}/kept.txt`, `${out}/.${name}.${process.pid}.partial`)
  }
  const stored = {
    config: blobOf(CONFIG_TYPE, Buffer.from('{}')),
    chart: blobOf(CHART_TYPE, Buffer.from('stored')),
    layers: [blobOf(CHART_TYPE, Buffer.from('stored'))],
    manifest: blobOf(OCI_MANIFEST, Buffer.from('{}'))
  }
  await (await stageArchive(path, out)).deliver()
  expect(await readFile(`${out}/kept.txt`, 'utf8')).toBe('kept')
  expect(await readFile(`${out}/demo-1.0.0.tgz.prov`, 'utf8')).toBe('provenance')
  await (await stageArchive(path, out)).deliver(stored)
  expect(await readFile(`${out}/kept.txt`, 'utf8')).toBe('kept')
  expect(await readFile(`${out}/demo-1.0.0.tgz`, 'utf8')).toBe('stored')
})

test('a time with parts of a microsecond is cut, not rounded: `created` is derived from its seconds', async () => {
  const path = await archive()
  await utimes(path, '1700000005.9999996', '1700000005.9999996')
  const staged = await stageArchive(path, workspace.path('out'))
  const delivered = await staged.deliver()
  expect(Math.floor((await stat(delivered)).mtimeMs / 1000)).toBe(1_700_000_005)
})

describe('an artifact of a registry in place of what was staged', () => {
  const created = '2023-11-14T22:13:20Z'
  const manifest = `{"annotations":{"org.opencontainers.image.created":"${created}"}}`

  /** What the destination holds behind it, by names. */
  async function delivered(...parts: readonly ('local.prov' | 'stored.prov')[]) {
    const path = await archive()
    if (parts.includes('local.prov'))
      await workspace.write('packed', { 'demo-1.0.0.tgz.prov': 'local' })
    const out = workspace.path('out')
    const staged = await stageArchive(path, out)
    const chart = blobOf(CHART_TYPE, Buffer.from('stored'))
    const provenance = blobOf(PROVENANCE_TYPE, Buffer.from('signed'))
    const layers = parts.includes('stored.prov') ? [provenance, chart] : [chart]
    const config = blobOf(CONFIG_TYPE, Buffer.from('{}'))
    const stored = { config, chart, layers, manifest: blobOf(OCI_MANIFEST, Buffer.from(manifest)) }
    expect(await staged.deliver(stored)).toBe(`${out}/demo-1.0.0.tgz`)
    await staged.discard()
    const names = (await readdir(out)).toSorted()
    const texts = names.map(async (name) => {
      expect((await stat(`${out}/${name}`)).mtimeMs).toBe(Date.parse(created))
      return `${name}: ${await readFile(`${out}/${name}`, 'utf8')}`
    })
    return Promise.all(texts)
  }

  test('has its own bytes and time', async () => {
    expect(await delivered()).toEqual(['demo-1.0.0.tgz: stored'])
  })

  test('has its own provenance, and no other', async () => {
    expect(await delivered('local.prov')).toEqual(['demo-1.0.0.tgz: stored'])
    const both = ['demo-1.0.0.tgz: stored', 'demo-1.0.0.tgz.prov: signed']
    expect(await delivered('stored.prov')).toEqual(both)
    expect(await delivered('local.prov', 'stored.prov')).toEqual(both)
  })

  test('is not saved where a directory has the name of its provenance: exit code 2', async () => {
    await workspace.write('out', { 'demo-1.0.0.tgz.prov/x': '' })
    await expect(delivered('stored.prov')).rejects.toMatchObject({ exitCode: 2 })
    expect(await readdir(workspace.path('out'))).not.toContain('demo-1.0.0.tgz')
  })
})

test('folders that cannot be made are told at once: exit code 2', async () => {
  const staged = stageArchive(await archive(), '/proc/none/of/these')
  await expect(staged).rejects.toMatchObject({ exitCode: 2 })
})

test.each([
  ['a file', 'taken'],
  ['below a file', 'taken/out'],
  ['where a directory bears the name of the archive', 'out']
])('room is found to be missing without leaving anything: %s', async (_, destination) => {
  await workspace.write('.', { taken: '', 'out/demo-1.0.0.tgz/x': '' })
  const room = requireRoom(await archive(), workspace.path(destination))
  await expect(room).rejects.toMatchObject({ exitCode: 2 })
})

test.each(['/proc', '/proc/none'])(
  'a folder in which nothing can be made has no room, whatever its rights say: %s',
  async (destination) => {
    const path = await archive()
    await expect(requireRoom(path, destination)).rejects.toMatchObject({ exitCode: 2 })
    await expect(stageArchive(path, destination)).rejects.toMatchObject({ exitCode: 2 })
  }
)

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
