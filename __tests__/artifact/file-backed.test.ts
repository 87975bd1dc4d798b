import { randomBytes } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { fileBacked } from '../../src/artifact/file-backed.ts'
import { Failure } from '../../src/shared/failure.ts'
import { packedChart } from '../support/charts/packed-chart.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()

/** As if the memory were needed for something else at once. */
class Forgetful implements Pick<WeakRef<WeakKey>, 'deref'> {
  deref(): undefined {
    return undefined
  }
}
const weakRef = Object.getOwnPropertyDescriptor(globalThis, 'WeakRef') ?? {}
beforeAll(() => {
  Object.defineProperty(globalThis, 'WeakRef', { ...weakRef, value: Forgetful })
})
afterAll(() => {
  Object.defineProperty(globalThis, 'WeakRef', weakRef)
})

/** Of more than 1 MiB. */
const packed = packedChart({ values: `a: ${randomBytes(1024 * 1024).toString('base64')}\n` })

/** A large chart, and the file that has its archive. */
async function largeChart() {
  const path = workspace.path('large.tgz')
  const { bytes } = packed.archive
  await writeFile(path, bytes)
  return { path, bytes, chart: fileBacked(path, packed) }
}

function failureOf(body: () => unknown): Failure {
  try {
    body()
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
  throw new Error('nothing failed')
}

test('the bytes of a large archive are those of its file, wherever they are asked for', async () => {
  const { bytes, chart } = await largeChart()
  const layer = chart.artifact.layers.find(({ digest }) => digest === chart.artifact.chart.digest)
  for (const read of [chart.archive.bytes, chart.artifact.chart.bytes, layer?.bytes]) {
    expect(read?.equals(bytes)).toBe(true)
  }
})

test.each<[string, string, (path: string) => Promise<unknown>]>([
  ['has other bytes', 'was changed during the run', (path) => writeFile(path, 'other')],
  ['is gone', 'can no longer be read: it does not exist (ENOENT)', (path) => rm(path)],
  [
    'is a directory now',
    'can no longer be read: it is a directory',
    async (path) => {
      await rm(path)
      await mkdir(path)
    }
  ]
])('an archive whose file %s is not sent, and named', async (_, why, spoil) => {
  const { path, chart } = await largeChart()
  await spoil(path)
  const { message, fix } = failureOf(() => chart.artifact.chart.bytes)
  expect(message).toBe(`The archive "${path}" ${why}.`)
  expect(fix).toContain('temporary folder')
})
