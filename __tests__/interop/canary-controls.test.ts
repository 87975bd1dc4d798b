import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Lab, openLab } from '../support/canary/lab.ts'
import { type Face, play } from '../support/canary/stage.ts'
import { isPutBlob } from '../support/faults/faults.ts'

let lab: Lab

beforeAll(async () => {
  lab = await openLab()
})

afterAll(() => lab.close())

test('the search finds every secret where it stands', () => {
  const found = lab.canaries.map(({ value }) => lab.search.in(`a ${value} b`))
  expect(found).toEqual(lab.canaries.map(({ name }) => [name]))
})

const FACES: readonly Face[] = ['action', 'command']

describe.each(FACES)('the search of a run of the %s', (face) => {
  test('finds a canary that was planted in each place', async () => {
    const secret = lab.secrets['docker-config']
    const mark = lab.canaries.find(({ name }) => name === 'docker-config')?.marks[0] ?? ''
    const plant = lab.file('plant.cjs')
    writeFileSync(plant, 'globalThis.planted = { value: process.env.PLANTED }')
    const evidence = await play(lab, face, {
      inputs: { 'app-version': mark, tags: mark },
      files: { 'values.yaml': `password: '${secret.replaceAll("'", "''")}'` },
      environment: { USER: secret, PLANTED: secret, NODE_OPTIONS: `--require=${plant}` }
    })
    expect(evidence.result).toMatchObject({ code: 0 })
    const where = ['stdout', 'file chart/values.yaml', 'file out/demo-1.2.3.tgz']
    const more =
      face === 'action' ? [expect.stringMatching(/^file .*output/)] : ['stderr: docker-config']
    expect(evidence.strayed).toEqual(
      expect.arrayContaining([...where.map((place) => `${place}: docker-config`), ...more])
    )
    expect(evidence).toMatchObject({
      heard: expect.arrayContaining(['registry body: docker-config']),
      told: ['helm: docker-config'],
      heap: ['docker-config'],
      environment: [...(face === 'action' ? ['cosign-password'] : []), 'docker-config', 'proxy']
    })
  })

  test('finds a canary that a server got which should not have', async () => {
    // A secret that the run knows would refuse the chart.
    const unknown = lab.secrets['credential helper']
    const evidence = await play(lab, face, {
      inputs: { 'if-exists': 'overwrite', annotations: `note=${unknown}` }
    })
    expect(evidence.heard).toContain('registry body: credential helper')
  })
})

test.each(FACES)('a run of the %s that is killed leaves no secret on disk', async (face) => {
  const evidence = await play(lab, face, {
    registry: (request) => (isPutBlob(request) ? 'hang' : undefined),
    signal: 'SIGKILL',
    signalAt: isPutBlob
  })
  expect(evidence).toMatchObject({ result: { code: null }, strayed: [], told: [], exit: undefined })
  expect(evidence.leftBehind).toHaveLength(1)
  // The command has no step that comes after it.
  expect(evidence.leftovers).toHaveLength(face === 'action' ? 0 : 1)
})
