import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { isObjectId, objectId } from '../../../src/git/git-object.ts'
import { ObjectStore } from '../../../src/git/object-store.ts'
import { commitAll, git, initialize } from '../../support/git.ts'
import { useTemplate, useWorkspace, type Workspace } from '../../support/workspace.ts'

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
  const store = ObjectStore.open(join(root, '.git'))
  for (const line of objects) {
    const [id = '', type, size] = line.split(' ')
    if (type !== 'commit' && type !== 'tree' && type !== 'blob') throw new Error(line)
    expect(store.read(id, type)).toHaveLength(Number(size))
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
  const store = ObjectStore.open(join(root, '.git'))
  const id = git(root, ['rev-parse', 'HEAD:large'])
  expect(() => store.read(id, 'blob', 1024)).toThrow(/larger than|inflated/)
  git(root, ['repack', '-a', '-d', '--quiet'])
  expect(() => store.read(id, 'blob', 1024)).toThrow()
  const packed = ObjectStore.open(join(root, '.git'))
  expect(() => packed.read(id, 'blob', 1024)).toThrow('larger than 1024 bytes')
})

test('ids are those of git', () => {
  const empty = Buffer.alloc(0)
  expect(objectId('tree', empty, '0'.repeat(40))).toBe('4b825dc642cb6eb9a060e54bf8d69288fbee4904')
  expect(objectId('blob', empty, '0'.repeat(64))).toBe(
    '473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813'
  )
})
