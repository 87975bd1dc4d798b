import { chmod, mkdir, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { type LockTimes, whileLocked } from '../../../src/oci/layout/layout-lock.ts'
import { useWorkspace } from '../../support/workspace.ts'

const workspace = useWorkspace()
const TIMES: LockTimes = { staleMs: 300, patienceMs: 3000 }
let lock: string

beforeEach(async () => {
  await mkdir(workspace.path('layout'))
  lock = workspace.path('layout/.index.lock')
})

function locked<T>(work: () => Promise<T>, times: Partial<LockTimes> = {}): Promise<T> {
  return whileLocked(workspace.path('layout'), work, { ...TIMES, ...times })
}

/** How many of twelve that start at once are inside at once at most. */
async function mostInside(folder: string): Promise<number> {
  let inside = 0
  let most = 0
  const work = async () => {
    inside++
    most = Math.max(most, inside)
    await sleep(3)
    inside--
  }
  const times = { staleMs: 300, patienceMs: 20_000 }
  await Promise.all(Array.from({ length: 12 }, () => whileLocked(folder, work, times)))
  expect(await readdir(folder)).toEqual([])
  return most
}

test('one is inside at a time', async () => {
  expect(await mostInside(workspace.path('layout'))).toBe(1)
})

test('one is inside at a time, also when all of them meet a stale lock', async () => {
  const rounds = Array.from({ length: 15 }, async (_, index) => {
    return mostInside(await workspace.write(`layout-${index}`, { '.index.lock': '' }))
  })
  expect(await Promise.all(rounds)).toEqual(Array(15).fill(1))
})

test('a lock that a killed run has left is taken over, whatever it looks like', async () => {
  const from = (time: number) => async (path: string) => {
    await writeFile(path, '')
    await utimes(path, time, time)
  }
  const unreadable = async (path: string) => {
    await writeFile(path, '')
    await chmod(path, 0)
  }
  const left: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
    'an empty file': (path) => writeFile(path, ''),
    'from the past': from(1),
    'from the future': from(4_000_000_000),
    'a link to nothing': (path) => symlink('nowhere', path),
    'a link to itself': (path) => symlink('.index.lock', path),
    'a file that nobody may read': unreadable
  }
  const ends = Object.entries(left).map(async ([what, leave], index) => {
    const folder = workspace.path(`layout-${index}`)
    await mkdir(folder)
    await leave(`${folder}/.index.lock`)
    return [what, await whileLocked(folder, async () => 'done', TIMES), await readdir(folder)]
  })
  expect(await Promise.all(ends)).toEqual(Object.keys(left).map((what) => [what, 'done', []]))
})

test('whoever takes longer than a lock stays fresh is not robbed', async () => {
  const order: string[] = []
  const slow = locked(async () => {
    await sleep(1000)
    order.push('slow')
  })
  await sleep(50)
  await Promise.all([slow, locked(async () => order.push('waiting'))])
  expect(order).toEqual(['slow', 'waiting'])
})

test('whoever was robbed all the same does not remove the lock of another', async () => {
  await locked(async () => {
    await rm(lock)
    await writeFile(lock, '')
  })
  expect(await readdir(workspace.path('layout'))).toEqual(['.index.lock'])
})

describe('the waiting ends with an error that names what to remove', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['a directory', () => mkdir(lock)],
    [
      'a stale lock, and the one of a run that was killed while it removed it',
      async () => {
        await writeFile(lock, '')
        await writeFile(`${lock}.stale`, '')
      }
    ]
  ])('%s', async (_, leave) => {
    await leave()
    const waiting = locked(async () => 'done', { patienceMs: 600 })
    await expect(waiting).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining(lock),
      fix: expect.stringContaining('remove')
    })
  })

  test('a lock that a run without end refreshes', async () => {
    await writeFile(lock, '')
    let time = 1
    const timer = setInterval(() => void utimes(lock, time, time++), 50)
    const waiting = locked(async () => 'done', { patienceMs: 600 })
    await expect(waiting).rejects.toMatchObject({ kind: 'usage' })
    clearInterval(timer)
  })
})

test('a folder that cannot be written to is an error at once', async () => {
  await rm(workspace.path('layout'), { recursive: true })
  await expect(locked(async () => 'done')).rejects.toThrow('ENOENT')
})
