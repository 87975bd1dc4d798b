import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { Header, ReadEntry } from 'tar'
import { readLayout, readLayoutBlob } from '../../../src/oci/layout/layout-read.ts'
import { openLayoutTar, writeLayoutTar } from '../../../src/oci/layout/layout-tar.ts'
import { TarEntries } from '../../../src/oci/layout/tar-entries.ts'
import { blobOf } from '../../../src/oci/spec/blob.ts'
import { OCI_MANIFEST } from '../../../src/oci/spec/media-types.ts'
import { type TarEntry, tarOf } from '../../support/tar-files.ts'
import { useWorkspace } from '../../support/workspace.ts'

const workspace = useWorkspace()
const CONFIG = blobOf('application/x-config', Buffer.from('{}'))
const LAYER = blobOf('application/x-layer', Buffer.from('layer'))
const MARKER = { path: 'oci-layout', body: '{"imageLayoutVersion":"1.0.0"}' }
const INDEX = { path: 'index.json', body: '{"schemaVersion":2,"manifests":[]}' }
const BLOB = { path: `blobs/${LAYER.digest.replace(':', '/')}`, body: 'layer' }
const [FILE, LARGEST] = ['out.tar', 1024]

beforeEach(() => mkdir(workspace.path('private')))

const optionsOf = () => ({
  folder: workspace.path('private'),
  largestBlob: LARGEST,
  signal: AbortSignal.timeout(60_000)
})

/** What one run adds under a tag. */
function write(tag: string, file = FILE): Promise<void> {
  const manifest = blobOf(OCI_MANIFEST, Buffer.from(`{"schemaVersion":2,"a":"${tag}"}`))
  const artifact = { config: CONFIG, layers: [LAYER], manifest }
  return writeLayoutTar(
    workspace.path(file),
    [{ artifact, title: 'one', tags: [tag] }],
    optionsOf()
  )
}

const open = (file = FILE) => openLayoutTar(workspace.path(file), optionsOf())

async function openTar(entries: readonly TarEntry[], file = FILE) {
  await writeFile(workspace.path(file), tarOf(entries))
  return open(file)
}

const tagsIn = async (file = FILE) =>
  (await readLayout(await open(file))).entries.map(({ tag }) => tag)

describe('a tar file that was written', () => {
  test('has the layout, and nothing is left beside it', async () => {
    await write('1')
    const place = await open()
    expect(await readLayoutBlob(place, LAYER, LARGEST)).toEqual(LAYER)
    expect(await tagsIn()).toEqual(['1'])
    expect((await readdir(workspace.path())).sort()).toEqual(['home', FILE, 'private', 'tmp'])
  })

  test('is the same file each time', async () => {
    await write('1')
    await write('1', 'again.tar')
    expect(await readFile(workspace.path('again.tar'))).toEqual(
      await readFile(workspace.path(FILE))
    )
  })

  test('has what several runs have added, also at once, and a folder that had to be made', async () => {
    await write('1', 'a/b/out.tar')
    await Promise.all(['2', '3', '4'].map((tag) => write(tag, 'a/b/out.tar')))
    expect((await tagsIn('a/b/out.tar')).sort()).toEqual(['1', '2', '3', '4'])
    expect(await readdir(workspace.path('a/b'))).toEqual(['out.tar'])
  })

  test('stays where a link leads', async () => {
    await write('1', 'real.tar')
    await symlink('real.tar', workspace.path(FILE))
    await write('2')
    expect(await tagsIn('real.tar')).toEqual(['1', '2'])
  })
})

describe('nothing is written over', () => {
  test.each([
    ['a tar file of other things', tarOf([{ path: 'a', body: 'x' }]), 'is not part of a layout'],
    [
      'a layout with files of docker',
      tarOf([MARKER, INDEX, { path: 'manifest.json' }]),
      'manifest.json'
    ],
    [
      'a layout with larger blobs',
      tarOf([MARKER, INDEX, { ...BLOB, body: Buffer.alloc(LARGEST + 1) }]),
      '1024 are the limit'
    ],
    ['a tar file without a marker', tarOf([INDEX]), 'is not an OCI image layout'],
    ['a tar file that is compressed', gzipSync(tarOf([MARKER, INDEX])), 'compressed (gzip)'],
    ['what is no tar file', Buffer.from('mine'.repeat(200)), 'cannot be read as a tar file'],
    ['an empty file', Buffer.alloc(0), 'cannot be read as a tar file']
  ])('%s', async (_, before, message) => {
    await writeFile(workspace.path(FILE), before)
    await expect(write('1')).rejects.toThrow(message)
    expect(await readFile(workspace.path(FILE))).toEqual(before)
  })

  test('a directory', async () => {
    await mkdir(workspace.path(FILE))
    await expect(write('1')).rejects.toMatchObject({ kind: 'usage' })
  })
})

describe('a tar file by others is read', () => {
  test('with folders, `./` before each path, and what no chart needs left out', async () => {
    const place = await openTar([
      { path: './', type: 'Directory' },
      { path: './blobs/', type: 'Directory' },
      { ...BLOB, path: `./${BLOB.path}` },
      { ...MARKER, path: './oci-layout' },
      { ...INDEX, path: './index.json' },
      { path: 'manifest.json', body: '[]' },
      { path: `blobs/sha256/${'a'.repeat(64)}`, body: Buffer.alloc(LARGEST + 1) }
    ])
    expect((await readdir(place.folder)).sort()).toEqual(['blobs', 'index.json', 'oci-layout'])
    expect(await readdir(`${place.folder}/blobs/sha256`)).toEqual([BLOB.path.split('/')[2]])
  })

  test('with a blob that is not what its name says only until it is needed', async () => {
    const place = await openTar([MARKER, INDEX, { ...BLOB, body: 'LAYER' }])
    await expect(readLayoutBlob(place, LAYER, LARGEST)).rejects.toThrow(
      `"${workspace.path(FILE)}" is damaged`
    )
  })
})

describe('a hostile tar file is refused, and nothing outside is touched:', () => {
  const cases: readonly (readonly [string, readonly TarEntry[], string])[] = [
    ['a path that leads out', [{ path: '../evil', body: 'x' }], 'leads out of it'],
    ['one that does so further in', [{ path: 'blobs/../../evil', body: 'x' }], 'leads out of it'],
    ['an absolute path', [{ path: '/tmp/evil-of-the-test', body: 'x' }], 'leads out of it'],
    [
      'a symbolic link',
      [{ path: 'blobs', type: 'SymbolicLink', linkpath: '/tmp' }],
      'SymbolicLink'
    ],
    [
      'a link in place of a blob',
      [{ ...BLOB, body: '', type: 'Link', linkpath: 'index.json' }],
      'type Link'
    ],
    ['a device', [{ path: 'index.json', type: 'CharacterDevice' }], 'CharacterDevice'],
    ['a FIFO', [{ path: 'oci-layout', type: 'FIFO' }], 'FIFO'],
    ['the index twice', [INDEX, { ...INDEX, path: './index.json' }], 'twice'],
    ['a blob twice', [BLOB, BLOB], 'twice'],
    [
      'an index that is too large',
      [{ ...INDEX, body: Buffer.alloc(5 * 1024 * 1024) }],
      'are the limit'
    ],
    [
      'more entries than a layout has',
      Array.from({ length: 65_537 }, () => ({ path: 'x' })),
      'more than 65536 entries'
    ]
  ]
  test.each(cases)('%s', async (_, entries, message) => {
    const opened = openTar([MARKER, ...entries])
    await expect(opened).rejects.toMatchObject({ kind: 'chart' })
    await expect(opened).rejects.toThrow(message)
    expect((await readdir(workspace.path())).sort()).toEqual(['home', FILE, 'private', 'tmp'])
  })

  test('more bytes than a runner has room for', () => {
    const entries = new TarEntries({ file: FILE, largestBlob: 2 ** 33, isWhole: false })
    for (const hex of ['a', 'b']) {
      const path = `blobs/sha256/${hex.repeat(64)}`
      entries.take(new ReadEntry(new Header({ path, type: 'File', size: 2 ** 33 - 512 })))
    }
    expect(() => entries.ready()).toThrow('more than 10737418240 bytes')
  })

  test.each([
    ['cut in a file', (bytes: Buffer) => bytes.subarray(0, 600)],
    ['cut in a header', (bytes: Buffer) => bytes.subarray(0, 300)],
    ['with a damaged header', (bytes: Buffer) => Buffer.from(bytes).fill(0xff, 1024, 1100)]
  ])('a file that is %s', async (_, spoil) => {
    await writeFile(workspace.path(FILE), spoil(tarOf([MARKER, INDEX, BLOB])))
    await expect(open()).rejects.toMatchObject({
      kind: 'usage',
      fix: expect.stringContaining('again')
    })
  })

  test('an entry of a type that tar does not know', async () => {
    const bytes = tarOf([MARKER, INDEX])
    bytes[512 + 512 + 156] = 'S'.charCodeAt(0)
    // The sum of a header is that of its bytes, with blanks for itself.
    const header = bytes.subarray(1024, 1536)
    header.fill(' ', 148, 156)
    header.write(
      `${header
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, '0')}\0 `,
      148
    )
    await writeFile(workspace.path(FILE), bytes)
    await expect(open()).rejects.toThrow('index.json')
  })
})

test.each([
  ['gzip', gzipSync('x')],
  ['zstd', Buffer.from('28b52ffd00', 'hex')],
  ['xz', Buffer.from('fd377a585a00', 'hex')],
  ['bzip2', Buffer.from('BZh9')]
])(
  'a file that is compressed with %s is refused, with the command that helps',
  async (kind, bytes) => {
    await writeFile(workspace.path(FILE), bytes)
    await expect(open()).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining(`compressed (${kind})`),
      fix: expect.stringContaining(`\`${kind} -d\``)
    })
  }
)

test('a folder is refused, with the way to name it', async () => {
  await mkdir(workspace.path(FILE))
  await expect(open()).rejects.toMatchObject({
    kind: 'usage',
    fix: expect.stringContaining('oci-layout:')
  })
})
