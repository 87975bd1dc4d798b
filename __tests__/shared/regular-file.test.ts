import { appendFileSync } from 'node:fs'
import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises'
import { describe, expect, test } from '@jest/globals'
import { fileFault } from '../../src/shared/file-fault.ts'
import { readRegularFile } from '../../src/shared/regular-file.ts'
import { makeFifo, makeSocket } from '../support/charts/special-files.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const KIB = 1024

async function reasonFor(path: string, options: { refusesLinks?: boolean } = {}): Promise<string> {
  return readRegularFile(path, { largest: KIB, ...options }).then(
    () => 'it was read',
    (error: unknown) => fileFault(error)
  )
}

async function file(size: number): Promise<string> {
  await writeFile(workspace.path('file'), Buffer.alloc(size, 'x'))
  return workspace.path('file')
}

test('a file is read with its time and size, up to the limit', async () => {
  for (const size of [0, 1, KIB]) {
    const { bytes, stats } = await readRegularFile(await file(size), { largest: KIB })
    expect([bytes.length, stats.size]).toEqual([size, BigInt(size)])
  }
  expect(await reasonFor(await file(KIB + 1))).toBe(`it has ${KIB + 1} bytes, the limit is ${KIB}`)
})

test('a file of many pieces is read as a whole', async () => {
  const content = Buffer.alloc(20 * KIB * KIB, 'abcdefghijklmnopq')
  await writeFile(workspace.path('large'), content)
  const { bytes } = await readRegularFile(workspace.path('large'), { largest: 2 * content.length })
  expect(bytes.equals(content)).toBe(true)
})

test('a file that says it is empty is read to its end, as those of /proc are', async () => {
  const { bytes } = await readRegularFile('/proc/self/stat', { largest: 64 * KIB })
  expect(bytes.toString()).toContain(`${process.pid} (`)
  expect(await reasonFor('/proc/self/maps')).toMatch(/^it has more than 1024 bytes/)
})

test('a sparse file of terabytes is not read', async () => {
  await truncate(await file(0), 2 ** 42)
  expect(await reasonFor(workspace.path('file'))).toMatch(/^it has 4398046511104 bytes/)
})

test('a file that grows while it is read ends at the limit', async () => {
  const path = await file(KIB)
  const reading = readRegularFile(path, { largest: KIB })
  appendFileSync(path, 'more')
  expect(await reading.then(() => '', fileFault)).toMatch(/, the limit is 1024$/)
})

describe('what is not a file is refused at once', () => {
  test('a FIFO', async () => {
    makeFifo(workspace.path('fifo'))
    expect(await reasonFor(workspace.path('fifo'))).toBe('it is a FIFO')
  })

  test('a socket', async () => {
    const close = await makeSocket(workspace.path('socket'))
    expect(await reasonFor(workspace.path('socket'))).toBe('it is a socket')
    await close()
  })

  test.each(['/dev/zero', '/dev/ptmx', '/dev/null'])('%s', async (path) => {
    expect(await reasonFor(path)).toBe('it is a device')
    await symlink(path, workspace.path('link'))
    expect(await reasonFor(workspace.path('link'))).toBe('it is a device')
  })

  test('a directory', async () => {
    await mkdir(workspace.path('folder'))
    expect(await reasonFor(workspace.path('folder'))).toBe('it is a directory')
  })

  test('nothing at all', async () => {
    expect(await reasonFor(workspace.path('nothing'))).toBe('it does not exist (ENOENT)')
  })
})

test('a link is followed unless it is refused', async () => {
  await symlink(await file(1), workspace.path('link'))
  expect(await reasonFor(workspace.path('link'))).toBe('it was read')
  expect(await reasonFor(workspace.path('link'), { refusesLinks: true })).toBe('it is a link')
  await symlink('nowhere', workspace.path('broken'))
  expect(await reasonFor(workspace.path('broken'), { refusesLinks: true })).toBe('it is a link')
  expect(await reasonFor(workspace.path('broken'))).toBe('it does not exist (ENOENT)')
})

test('an abort ends the reading with its reason', async () => {
  const reason = new Error('stopped')
  const signal = AbortSignal.abort(reason)
  await expect(readRegularFile(await file(1), { largest: KIB, signal })).rejects.toBe(reason)
  const controller = new AbortController()
  const options = { largest: 64 * KIB * KIB, signal: controller.signal }
  const reading = readRegularFile(await file(32 * KIB * KIB), options)
  controller.abort(reason)
  await expect(reading).rejects.toBe(reason)
})
