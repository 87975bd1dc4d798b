import { mkdir, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { toolPath } from '../../scripts/tools.mjs'
import { type ArchiveReading, readArchive } from '../../src/chart/archive.ts'
import { heapUsed } from '../support/canary/heap.ts'
import { mutate, ORIGINALS } from '../support/charts/mutants.ts'
import { Random } from '../support/charts/random.ts'
import { seedFor } from '../support/charts/seed.ts'
import { environmentIn, run } from '../support/program.ts'
import { Workspace } from '../support/workspace.ts'

const MUTANTS = 12_000
/** Of those that we take; each costs a start of helm. */
const SHOWN_TO_HELM = 400
const HELMS_AT_ONCE = 4
/** Mutants have a few KiB; what is kept of one may not grow with their number. */
const MOST_BYTES_KEPT = 32 * 1024 * 1024
const VERDICTS = ['genuine', 'loadable', 'refused']

const workspace = new Workspace()
beforeAll(() => workspace.open())
afterAll(() => workspace.close())

test('mutated archives get a verdict each, and none is taken that helm refuses', async () => {
  const seed = seedFor('mutants')
  const memory = await heapUsed()
  const taken: number[] = []
  for (let index = 0; index < MUTANTS; index++) {
    const { verdict } = readMutant(seed, index)
    if (!VERDICTS.includes(verdict)) throw new Error(`mutant ${index} has no verdict`)
    if (verdict !== 'refused') taken.push(index)
  }
  expect((await heapUsed()) - memory).toBeLessThan(MOST_BYTES_KEPT)
  expect(taken.length).toBeGreaterThan(SHOWN_TO_HELM)

  await mkdir(workspace.path('mutants'))
  const step = Math.floor(taken.length / SHOWN_TO_HELM)
  const sample = taken.filter((_, at) => at % step === 0)
  const refused: string[] = []
  const next = sample.values()
  const show = async () => {
    for (const index of next) {
      const said = await refusalOfHelm(mutant(seed, index), index)
      if (said !== undefined) refused.push(`mutant ${index}: ${said}`)
    }
  }
  await Promise.all(Array.from({ length: HELMS_AT_ONCE }, show))
  expect(refused).toEqual([])
}, 600_000)

function mutant(seed: number, index: number): Buffer {
  const random = new Random(seed + index * 7919)
  return mutate(random.pick(ORIGINALS), random)
}

function readMutant(seed: number, index: number): ArchiveReading {
  try {
    return readArchive(mutant(seed, index))
  } catch (error) {
    throw new Error(`mutant ${index} of seed ${seed} ends the reader`, { cause: error })
  }
}

async function refusalOfHelm(archive: Buffer, index: number): Promise<string | undefined> {
  const path = workspace.path('mutants', `${index}.tgz`)
  await writeFile(path, archive)
  const shown = await run(toolPath('helm'), ['show', 'chart', path], {
    environment: environmentIn(workspace)
  })
  return shown.code === 0 ? undefined : shown.stderr
}
