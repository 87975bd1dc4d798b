import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { isObjectId, objectId } from '../../src/git/object-id.ts'
import { ObjectStore } from '../../src/git/object-store.ts'
import { commitAll, git, initialize } from '../helpers/git.ts'
import { useTemplate, useWorkspace, type Workspace } from '../helpers/workspace.ts'

const workspace = useWorkspace()
let root = ''

/** In each, a history whose objects git stores as chains of deltas, some of them over copies of more than 64 KiB. */
useTemplate(workspace, async (template) => {
  await grow(template, 'sha1')
  await grow(template, 'sha256')
})

beforeEach(() => {
  root = workspace.path('sha1')
})

async function grow(template: Workspace, hash: string): Promise<void> {
  const lines = Array.from({ length: 8000 }, (_, line) => `line ${line * 7919}\n`)
  const files = Array.from({ length: 20 }, (_, file) => [`files/name-${file}`, `${file}\n`])
  const made = await template.write(hash, { x: 'x', ...Object.fromEntries(files) })
  initialize(made, `--object-format=${hash}`)
  for (let version = 0; version < 4; version++) {
    lines[version * 1000] = `changed in ${version}\n`
    await template.write(hash, { large: lines.join(''), [`files/name-${version}`]: 'changed\n' })
    commitAll(made)
  }
}

/** Reads all that git knows, each object by its id; their ids are checked as they are read. */
async function readAll(): Promise<number> {
  const objects = git(root, ['cat-file', '--batch-all-objects', '--batch-check']).split('\n')
  const store = await ObjectStore.open(join(root, '.git'))
  for (const line of objects) {
    const [id = '', type, size] = line.split(' ')
    if (type !== 'commit' && type !== 'tree' && type !== 'blob') throw new Error(line)
    expect(await store.read(id, type)).toHaveLength(Number(size))
  }
  return objects.length
}

function countDeltas(): number {
  const lines = git(root, ['cat-file', '--batch-all-objects', '--batch-check=%(deltabase)'])
  return lines.split('\n').filter((base) => isObjectId(base) && !/^0+$/.test(base)).length
}

describe('every object can be read', () => {
  test.each(['sha1', 'sha256'])('from packs with deltas, in a %s repository', async (hash) => {
    root = workspace.path(hash)
    git(root, ['repack', '-a', '-d', '--quiet', '--depth=50', '--window=50'])
    expect(countDeltas()).toBeGreaterThan(3)
    expect(await readAll()).toBeGreaterThan(30)
  })

  test('from packs whose deltas name their bases by id', async () => {
    const ids = git(root, ['rev-list', '--objects', '--all']).replaceAll(/ .*$/gm, '')
    git(root, ['pack-objects', '--quiet', '.git/objects/pack/pack'], { input: `${ids}\n` })
    git(root, ['prune-packed'])
    expect(countDeltas()).toBeGreaterThan(3)
    await readAll()
  })

  test('loose, and in several packs', async () => {
    await readAll()
    git(root, ['repack', '-d', '--quiet'])
    await workspace.write('sha1', { more: 'more\n' })
    commitAll(root)
    git(root, ['repack', '-d', '--quiet'])
    await workspace.write('sha1', { more: 'most\n' })
    commitAll(root)
    await readAll()
  })

  test('from packs that could be larger than 2 GiB', async () => {
    git(root, ['repack', '-a', '-d', '--quiet'])
    const folder = join(root, '.git/objects/pack')
    const name = (await readdir(folder)).find((each) => each.endsWith('.idx')) ?? ''
    const small = await readFile(join(folder, name))
    await rm(join(folder, name))
    await writeFile(join(folder, name), withLargeOffsets(small))
    await readAll()
  })
})

/** The index with all offsets but one in the table for those of more than 31 bits, as many as git takes. */
function withLargeOffsets(index: Buffer): Buffer {
  const total = index.readUInt32BE(8 + 255 * 4)
  const start = 8 + 1024 + total * (20 + 4)
  const changed = Buffer.from(index)
  const large = Buffer.alloc((total - 1) * 8)
  for (let object = 1; object < total; object++) {
    large.writeBigUInt64BE(BigInt(index.readUInt32BE(start + object * 4)), (object - 1) * 8)
    changed.writeUInt32BE(0x8000_0000 + object - 1, start + object * 4)
  }
  const end = start + total * 4
  return Buffer.concat([changed.subarray(0, end), large, changed.subarray(end)])
}

test('an object is refused that is larger than the caller wants', async () => {
  const store = await ObjectStore.open(join(root, '.git'))
  const id = git(root, ['rev-parse', 'HEAD:large'])
  await expect(store.read(id, 'blob', 1024)).rejects.toThrow(/larger than|inflated/)
  git(root, ['repack', '-a', '-d', '--quiet'])
  await expect(store.read(id, 'blob', 1024)).rejects.toThrow()
  const packed = await ObjectStore.open(join(root, '.git'))
  await expect(packed.read(id, 'blob', 1024)).rejects.toThrow('larger than 1024 bytes')
})

describe('a hostile pack costs little', () => {
  const ID = '11'.repeat(20)
  const COMMIT = 1
  const OFFSET_DELTA = 6
  const REFERENCE_DELTA = 7
  const LARGE = 16 * 1024 * 1024
  /** Sizes of base and result, then a copy of all of the base. */
  const copyAll = Buffer.from([
    ...[0x80, 0x80, 0x80, 0x08],
    ...[0x80, 0x80, 0x80, 0x08],
    ...[0xf0, 0xff, 0xff, 0xff],
    ...[0x97, 0xff, 0xff, 0xff, 0x01]
  ])

  /** Type and size, as every entry begins. */
  function header(type: number, size: number): Buffer {
    const bytes = [(type << 4) | (size & 15)]
    for (let left = size >> 4; left > 0; left >>= 7) {
      bytes.push((bytes.pop() ?? 0) | 0x80, left & 0x7f)
    }
    return Buffer.from(bytes)
  }

  function distance(bytes: number): Buffer {
    const digits = [bytes & 0x7f]
    for (let left = bytes >> 7; left > 0; left >>= 7) {
      left -= 1
      digits.unshift(0x80 | (left & 0x7f))
    }
    return Buffer.from(digits)
  }

  async function read(entries: readonly Buffer[], start: number): Promise<Buffer> {
    const index = Buffer.alloc(8 + 1024 + 20 + 4 + 4)
    index.writeUInt32BE(0xff744f63, 0)
    index.writeUInt32BE(2, 4)
    for (let byte = 0x11; byte < 256; byte++) index.writeUInt32BE(1, 8 + byte * 4)
    Buffer.from(ID, 'hex').copy(index, 8 + 1024)
    index.writeUInt32BE(start, 8 + 1024 + 20 + 4)
    const pack = Buffer.concat([Buffer.from('PACK        '), ...entries])
    await workspace.write('hostile/objects/pack', { 'a.idx': index, 'a.pack': pack })
    return (await ObjectStore.open(workspace.path('hostile'))).read(ID, 'commit')
  }

  test('when a delta is its own base', async () => {
    const delta = deflateSync(copyAll)
    const entry = [header(REFERENCE_DELTA, copyAll.length), Buffer.from(ID, 'hex'), delta]
    await expect(read(entry, 12)).rejects.toThrow('a pack is damaged')
  })

  test('when a delta has its base behind itself', async () => {
    const entry = [header(OFFSET_DELTA, copyAll.length), distance(100), deflateSync(copyAll)]
    await expect(read(entry, 12)).rejects.toThrow('a pack is damaged')
  })

  test('when deltas make gigabytes of a few kilobytes', async () => {
    const entries = [Buffer.concat([header(COMMIT, LARGE), deflateSync(Buffer.alloc(LARGE))])]
    let start = 12
    for (let count = 0; count < 400; count++) {
      const last = entries.at(-1)?.length ?? 0
      const delta = [header(OFFSET_DELTA, copyAll.length), distance(last), deflateSync(copyAll)]
      entries.push(Buffer.concat(delta))
      start += last
    }
    expect(start).toBeLessThan(40_000)
    await expect(read(entries, start)).rejects.toThrow('an object is larger than')
  })

  test('when an object says that it has petabytes', async () => {
    const size = Buffer.from([0x9f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f])
    await expect(read([size, deflateSync('a')], 12)).rejects.toThrow('an object is larger than')
  })
})

test('ids are those of git', () => {
  const empty = Buffer.alloc(0)
  expect(objectId('tree', empty, '0'.repeat(40))).toBe('4b825dc642cb6eb9a060e54bf8d69288fbee4904')
  expect(objectId('blob', empty, '0'.repeat(64))).toBe(
    '473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813'
  )
})
