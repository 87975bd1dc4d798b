import { execFileSync, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { symlink } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import { readInputFile } from '../../src/shared/input-file.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const { signal } = new AbortController()

function fifo(): string {
  const path = workspace.path('pipe')
  execFileSync('mkfifo', [path])
  return path
}

async function thrownBy(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'nothing',
    (error: unknown) => String(error)
  )
}

describe('a file that a user names is read when it is', () => {
  test('a regular file, also through a link', async () => {
    const folder = await workspace.write('keys', { key: 'a-secret\n' })
    await symlink('key', `${folder}/link`)
    expect(String(await readInputFile(`${folder}/key`, { signal }))).toBe('a-secret\n')
    expect(String(await readInputFile(`${folder}/link`, { signal }))).toBe('a-secret\n')
  })

  test('a file of the system that is said to be empty', async () => {
    expect(String(await readInputFile('/proc/self/status', { signal }))).toMatch(/^Name:/)
  })

  test('empty', async () => {
    const folder = await workspace.write('keys', { empty: '' })
    expect(await readInputFile(`${folder}/empty`, { signal })).toHaveLength(0)
  })

  test('a pipe whose writer comes later and writes in parts', async () => {
    const path = fifo()
    const reading = readInputFile(path, { signal })
    await sleep(100)
    const writer = createWriteStream(path)
    writer.write('one ')
    await sleep(100)
    writer.end('two')
    expect(String(await reading)).toBe('one two')
  })

  test('larger than one piece', async () => {
    const folder = await workspace.write('keys', { large: 'x'.repeat(1_000_000) })
    expect(await readInputFile(`${folder}/large`, { signal })).toHaveLength(1_000_000)
  })
})

describe('a file that a user names does not hold the run up when it is', () => {
  test.each([
    ['a device without an end', '/dev/zero', 'it has more than 1000 bytes'],
    ['a directory', '/usr', 'EISDIR'],
    ['missing', '/nowhere/key', 'ENOENT']
  ])('%s', async (_, path, fault) => {
    expect(await thrownBy(readInputFile(path, { signal, largest: 1000 }))).toContain(fault)
  })

  test('too large, by one byte', async () => {
    const folder = await workspace.write('keys', { a: 'x'.repeat(1000), b: 'x'.repeat(1001) })
    expect(await readInputFile(`${folder}/a`, { signal, largest: 1000 })).toHaveLength(1000)
    const fault = await thrownBy(readInputFile(`${folder}/b`, { signal, largest: 1000 }))
    expect(fault).toBe('Error: it has more than 1000 bytes')
  })

  test('a pipe that nobody writes to: an error when its time is over', async () => {
    const fault = await thrownBy(readInputFile(fifo(), { signal, pipeMs: 100 }))
    expect(fault).toBe('Error: it was not read completely within 0.1 s')
  })

  test('a pipe that is never closed, or written to without end', async () => {
    const path = fifo()
    for (const script of [`exec sleep 60 > "${path}"`, `exec yes > "${path}"`]) {
      const writer = spawn('/bin/sh', ['-c', script])
      const options = { signal, pipeMs: 300, largest: 100_000 }
      expect(await thrownBy(readInputFile(path, options))).toMatch(/was not read|more than 100000/)
      writer.kill('SIGKILL')
    }
  })

  test('a pipe, and the run is interrupted: its reason is thrown', async () => {
    const controller = new AbortController()
    const reading = readInputFile(fifo(), { signal: controller.signal })
    setTimeout(() => controller.abort(new Error('stopped by a user')), 50)
    expect(await thrownBy(reading)).toBe('Error: stopped by a user')
  })
})
