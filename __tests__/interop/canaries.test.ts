import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Lab, openLab } from '../helpers/canary-lab.ts'
import { LOGIN, SCENARIOS } from '../helpers/canary-scenarios.ts'
import { type Evidence, type Face, play } from '../helpers/canary-stage.ts'
import { limited } from '../helpers/limited.ts'

/** The promise of SECURITY.md. */
const LONGEST_END_MS = 5000
const SIGNALS = ['SIGINT', 'SIGTERM']
/** Runs are waiting for one another's servers most of the time. */
const SIDE_BY_SIDE = 3
const FACES: readonly Face[] = ['action', 'command']

const runs = new Map<string, Promise<Evidence>>()
let lab: Lab

beforeAll(async () => {
  lab = await openLab()
  const lane = limited(SIDE_BY_SIDE)
  for (const face of FACES) {
    for (const [title, scenario] of Object.entries(SCENARIOS)) {
      const run = lane(() => play(lab, face, scenario))
      // What goes wrong is told by the test that waits for it.
      run.catch(() => undefined)
      runs.set(`${face}, ${title}`, run)
    }
  }
})

afterAll(async () => {
  await Promise.allSettled(runs.values())
  await lab.close()
})

describe.each(FACES)('after a run of the %s that ends with', (face) => {
  test.each(Object.entries(SCENARIOS))(
    '%s, secrets are where they belong alone',
    async (title, expected) => {
      const evidence = await runs.get(`${face}, ${title}`)
      expect(evidence?.result).toMatchObject({ code: expected.code })
      expect(evidence).toMatchObject({
        strayed: [],
        heard: expected.heard ?? LOGIN,
        told: expected.told ?? [],
        programs: expect.arrayContaining(['git', 'helm']),
        heap: [],
        // Its login is for everything that may go through the proxy.
        environment: ['proxy'],
        leftovers: []
      })
      expect(
        evidence?.exit?.open.filter((kind) => /TCP|TLS|ChildProcess|Process/.test(kind))
      ).toEqual([])
    }
  )

  test.each(Object.entries(SCENARIOS).filter(([, { signal = '' }]) => SIGNALS.includes(signal)))(
    '%s, it has ended within five seconds',
    async (title) => {
      const evidence = await runs.get(`${face}, ${title}`)
      expect(evidence?.endedAfterMs).toBeLessThan(LONGEST_END_MS)
      expect(evidence?.leftBehind).toEqual([])
    }
  )

  test('a server that hangs, the same search had found the secrets in the heap before', async () => {
    const evidence = await runs.get(`${face}, a server that hangs`)
    expect(evidence?.heapBefore).toEqual([
      'bearer token',
      'client-key',
      'client-key-passphrase',
      'password',
      'proxy',
      'registry-auth identity-token',
      'registry-auth password',
      'registry-auth registry-token'
    ])
  })
})
