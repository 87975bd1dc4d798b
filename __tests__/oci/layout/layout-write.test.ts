import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { describe, expect, test } from '@jest/globals'
import { folderPlace } from '../../../src/oci/layout/layout-place.ts'
import { blobPath, readLayout, readLayoutBlob } from '../../../src/oci/layout/layout-read.ts'
import { writeLayout } from '../../../src/oci/layout/layout-write.ts'
import { blobOf } from '../../../src/oci/spec/blob.ts'
import { OCI_MANIFEST } from '../../../src/oci/spec/media-types.ts'
import { makeFifo } from '../../support/charts/special-files.ts'
import { useWorkspace } from '../../support/workspace.ts'

const workspace = useWorkspace()

const CONFIG = blobOf('application/x-config', Buffer.from('{}'))
const LAYER = blobOf('application/x-layer', Buffer.from('layer'))
const MANIFEST = blobOf(OCI_MANIFEST, Buffer.from('{"schemaVersion":2}'))
const ARTIFACT = { config: CONFIG, layers: [LAYER], manifest: MANIFEST }

/** Writes a layout with one artifact. Returns its folder. */
async function written(): Promise<string> {
  const folder = workspace.path('layout')
  await writeLayout(folderPlace(folder), [
    { artifact: ARTIFACT, title: 'one', tags: ['1', 'latest'] }
  ])
  return folder
}

describe('a layout that was written', () => {
  test('has a tag for each entry, and every blob under its digest', async () => {
    const folder = await written()
    const { entries } = await readLayout(folderPlace(folder))
    expect(entries.map(({ tag, descriptor }) => [tag, descriptor.digest])).toEqual([
      ['1', MANIFEST.digest],
      ['latest', MANIFEST.digest]
    ])
    for (const blob of [CONFIG, LAYER, MANIFEST])
      expect(await readLayoutBlob(folderPlace(folder), blob, 100)).toEqual(blob)
  })

  test('holds nothing but the files of the image-layout spec', async () => {
    const folder = await written()
    expect((await readdir(folder)).sort()).toEqual(['blobs', 'index.json', 'oci-layout'])
    expect(await readFile(`${folder}/oci-layout`, 'utf8')).toBe('{"imageLayoutVersion":"1.0.0"}')
    const blobs = [CONFIG, LAYER, MANIFEST].map(({ digest }) => digest.slice('sha256:'.length))
    expect((await readdir(`${folder}/blobs/sha256`)).sort()).toEqual(blobs.sort())
  })

  test('takes more, beside other files in its folder', async () => {
    const folder = await written()
    await writeFile(`${folder}/other.tgz`, 'x')
    const manifest = blobOf(OCI_MANIFEST, Buffer.from('{"schemaVersion":2,"a":1}'))
    await writeLayout(folderPlace(folder), [
      { artifact: { ...ARTIFACT, manifest }, title: 'one', tags: ['2'] }
    ])
    const { entries } = await readLayout(folderPlace(folder))
    expect(entries.map(({ tag }) => tag)).toEqual(['1', 'latest', '2'])
    expect(await readdir(folder)).toContain('other.tgz')
  })

  test('has what each of several runs at once has added', async () => {
    const folder = workspace.path('layout')
    const runs = Array.from({ length: 12 }, (_, index) => {
      return writeLayout(folderPlace(folder), [
        { artifact: ARTIFACT, title: 'one', tags: [`1.0.${index}`] }
      ])
    })
    await Promise.all(runs)
    expect((await readLayout(folderPlace(folder))).entries).toHaveLength(12)
    expect((await readdir(folder)).sort()).toEqual(['blobs', 'index.json', 'oci-layout'])
  })

  test('is finished by the next run where one was killed before it wrote the index', async () => {
    const folder = await written()
    await rm(`${folder}/index.json`)
    const { entries } = await readLayout(folderPlace(await written()))
    expect(entries.map(({ tag }) => tag)).toEqual(['1', 'latest'])
  })

  test('mends a blob that is damaged', async () => {
    const folder = await written()
    await writeFile(blobPath(folder, LAYER.digest), 'LAYER')
    await written()
    expect(await readLayoutBlob(folderPlace(folder), LAYER, 100)).toEqual(LAYER)
  })
})

describe('a blob is refused', () => {
  test.each<[string, (path: string) => Promise<void>, string]>([
    ['that is missing', (path) => rm(path), 'cannot be read: it does not exist (ENOENT)'],
    ['with other bytes', (path) => writeFile(path, 'LAYER'), 'has other content: sha256:'],
    ['that is shorter', (path) => writeFile(path, 'lay'), 'has 3 bytes, not 5'],
    ['that is longer', (path) => writeFile(path, 'layer!'), 'it has 6 bytes, the limit is 5'],
    [
      'that is a folder',
      async (path) => {
        await rm(path)
        await mkdir(path)
      },
      'it is a directory'
    ],
    [
      'that is a FIFO',
      async (path) => {
        await rm(path)
        makeFifo(path)
      },
      'it is a FIFO'
    ],
    ['that is a link', linkToElsewhere, 'it is a link']
  ])('%s', async (_what, damage, message) => {
    const folder = await written()
    await damage(blobPath(folder, LAYER.digest))
    const reading = readLayoutBlob(folderPlace(folder), LAYER, 100)
    await expect(reading).rejects.toMatchObject({ kind: 'chart' })
    await expect(reading).rejects.toThrow(message)
  })

  test('that would be larger than what is read', async () => {
    const folder = await written()
    await expect(readLayoutBlob(folderPlace(folder), LAYER, 4)).rejects.toThrow(
      '5 bytes, the limit is 4'
    )
  })

  async function linkToElsewhere(path: string): Promise<void> {
    await rm(path)
    await writeFile(workspace.path('elsewhere'), 'layer')
    await symlink(workspace.path('elsewhere'), path)
  }
})

test.each(['oci-layout', 'index.json'])('a FIFO in place of %s holds nobody up', async (name) => {
  const folder = await written()
  await rm(`${folder}/${name}`)
  makeFifo(`${folder}/${name}`)
  const reading = readLayout(folderPlace(folder))
  await expect(reading).rejects.toMatchObject({ kind: 'usage' })
  await expect(reading).rejects.toThrow('it is a FIFO')
})

describe('a folder of blobs that is a link', () => {
  test.each(['blobs', 'blobs/sha256'])('is read by nobody: %s', async (linked) => {
    const folder = await written()
    await moveAndLink(`${folder}/${linked}`)
    const reading = readLayoutBlob(folderPlace(folder), LAYER, 100)
    await expect(reading).rejects.toMatchObject({ kind: 'chart' })
    await expect(reading).rejects.toThrow(`its folder "${folder}/${linked}" is a link`)
  })

  test.each(['blobs', 'blobs/sha256'])('is not written through: %s', async (linked) => {
    const folder = await written()
    await moveAndLink(`${folder}/${linked}`)
    await rm(`${folder}/${linked}/${blobPath('', LAYER.digest).slice(`${linked}/`.length)}`)
    const before = await readdir(workspace.path('elsewhere'), { recursive: true })
    await expect(written()).rejects.toThrow('is a link')
    expect(await readdir(workspace.path('elsewhere'), { recursive: true })).toEqual(before)
  })

  test('is told from a layout that its user named by a link', async () => {
    await symlink(await written(), workspace.path('link'))
    expect(await readLayoutBlob(folderPlace(workspace.path('link')), LAYER, 100)).toEqual(LAYER)
  })

  async function moveAndLink(path: string): Promise<void> {
    await rename(path, workspace.path('elsewhere'))
    await symlink(workspace.path('elsewhere'), path)
  }
})

describe('no layout is', () => {
  test.each([
    ['a folder without `oci-layout`', 'oci-layout', undefined, 'ENOENT'],
    ['one of another version', 'oci-layout', '{"imageLayoutVersion":"2.0.0"}', 'is "2.0.0", not'],
    ['one without a version', 'oci-layout', '{}', 'its version is undefined'],
    ['one without index.json', 'index.json', undefined, 'ENOENT'],
    ['one with another index.json', 'index.json', '[]', 'it is not a JSON object'],
    ['one with a huge index.json', 'index.json', ' '.repeat(5e6), 'it has 5000000 bytes']
  ])('%s', async (_what, file, text, message) => {
    const folder = await written()
    await (text === undefined ? rm(`${folder}/${file}`) : writeFile(`${folder}/${file}`, text))
    await expect(readLayout(folderPlace(folder))).rejects.toMatchObject({ kind: 'usage' })
    await expect(readLayout(folderPlace(folder))).rejects.toThrow(message)
  })
})

describe('nothing is written', () => {
  test('through a link that lies where a file is written before it gets its name', async () => {
    const outside = workspace.path('outside')
    await writeFile(outside, 'mine')
    await mkdir(workspace.path('layout', 'blobs', 'sha256'), { recursive: true })
    for (const folder of ['.', 'blobs/sha256']) {
      await symlink(outside, workspace.path('layout', folder, `.${process.pid}.partial`))
    }
    const folder = await written()
    expect(await readFile(outside, 'utf8')).toBe('mine')
    expect(await readLayoutBlob(folderPlace(folder), LAYER, 100)).toEqual(LAYER)
  })

  test('over a layout that cannot be read', async () => {
    const folder = await written()
    await writeFile(`${folder}/index.json`, 'x')
    await expect(written()).rejects.toThrow('is not an OCI image layout')
    expect(await readFile(`${folder}/index.json`, 'utf8')).toBe('x')
  })

  test('over a layout of another version, with an index or without', async () => {
    const folder = await written()
    await writeFile(`${folder}/oci-layout`, '{"imageLayoutVersion":"2.0.0"}')
    await rm(`${folder}/index.json`)
    await expect(written()).rejects.toThrow('its version is "2.0.0"')
    expect(await readdir(folder)).not.toContain('index.json')
  })

  test('where there is no room for it, and the index is left as it was', async () => {
    const folder = await written()
    const before = await readFile(`${folder}/index.json`, 'utf8')
    await mkdir(blobPath(folder, blobOf('x', Buffer.from('new')).digest))
    const layers = [blobOf('x', Buffer.from('new'))]
    const more = { artifact: { ...ARTIFACT, layers }, title: 'one', tags: ['2'] }
    await expect(writeLayout(folderPlace(folder), [more])).rejects.toMatchObject({ kind: 'usage' })
    expect(await readFile(`${folder}/index.json`, 'utf8')).toBe(before)
    expect(
      (await readdir(`${folder}/blobs/sha256`)).filter((name) => name.startsWith('.'))
    ).toEqual([])
  })
})
