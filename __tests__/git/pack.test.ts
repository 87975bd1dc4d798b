import { deflateSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { ObjectStore } from '../../src/git/object-store.ts'
import { useWorkspace } from '../support/workspace.ts'

// Packs that git would not write. Those that it writes are read in object-store.test.ts.

const workspace = useWorkspace()
const ID = '11'.repeat(20)
const COMMIT = 1
const OFFSET_DELTA = 6
const REFERENCE_DELTA = 7
const LARGE = 1024 * 1024
/** Sizes of base and result, then a copy of all of the base. */
const copyAll = Buffer.from([...[0x80, 0x80, 0x40], ...[0x80, 0x80, 0x40], ...[0xc0, 0x10]])
const deflated = deflateSync(copyAll)

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
  return ObjectStore.open(workspace.path('hostile')).read(ID, 'commit')
}

test('a pack costs little when a delta is its own base', async () => {
  const entry = [header(REFERENCE_DELTA, copyAll.length), Buffer.from(ID, 'hex'), deflated]
  await expect(read(entry, 12)).rejects.toThrow('a pack is damaged')
})

test('a pack costs little when a delta has its base behind itself', async () => {
  const entry = [header(OFFSET_DELTA, copyAll.length), distance(100), deflated]
  await expect(read(entry, 12)).rejects.toThrow('a pack is damaged')
})

test('a pack costs little when deltas make gigabytes of a few kilobytes', async () => {
  const entries = [Buffer.concat([header(COMMIT, LARGE), deflateSync(Buffer.alloc(LARGE))])]
  let start = 12
  for (let count = 0; count < 1100; count++) {
    const last = entries.at(-1)?.length ?? 0
    const delta = [header(OFFSET_DELTA, copyAll.length), distance(last), deflated]
    entries.push(Buffer.concat(delta))
    start += last
  }
  expect(start).toBeLessThan(40_000)
  await expect(read(entries, start)).rejects.toThrow('an object is larger than')
})

test('a pack costs little when an object says that it has petabytes', async () => {
  const size = Buffer.from([0x9f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f])
  await expect(read([size, deflateSync('a')], 12)).rejects.toThrow('an object is larger than')
})
