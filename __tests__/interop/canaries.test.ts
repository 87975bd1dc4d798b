import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Expected, LOGIN } from '../support/canary/expected.ts'
import { type Lab, openLab } from '../support/canary/lab.ts'
import { INSPECTIONS, SCENARIOS } from '../support/canary/scenarios.ts'
import { type Evidence, type Face, play } from '../support/canary/stage.ts'
import { limited } from '../support/faults/limited.ts'

/** What SECURITY.md promises. */
const LONGEST_END_MS = 5000
/** A run waits for servers and children most of the time. */
const SIDE_BY_SIDE = 3
const BY_FACE = { action: SCENARIOS, command: { ...SCENARIOS, ...INSPECTIONS } }
const FACES: readonly Face[] = ['action', 'command']

const runs = new Map<string, Promise<Evidence>>()
let lab: Lab

beforeAll(async () => {
  lab = await openLab()
  const lane = limited(SIDE_BY_SIDE)
  for (const face of FACES) {
    for (const [title, scenario] of Object.entries(BY_FACE[face])) {
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

async function evidenceOf(face: Face, title: string): Promise<Evidence> {
  const evidence = await runs.get(`${face}, ${title}`)
  if (!evidence) throw new Error(`there is no run "${title}" of the ${face}`)
  return evidence
}

/** What servers are right to have heard. */
function heardOf({ heard = LOGIN }: Expected, evidence: Evidence): readonly string[] {
  return typeof heard === 'string' ? evidence.heard.filter((one) => LOGIN.includes(one)) : heard
}

describe.each(FACES)('after a run of the %s that ends with', (face) => {
  const all = Object.entries(BY_FACE[face])

  test.each(all)('%s, secrets are where they belong alone', async (title, expected) => {
    const evidence = await evidenceOf(face, title)
    expect(evidence.result).toMatchObject({ code: expected.code })
    expect(evidence).toMatchObject({
      strayed: [],
      heard: heardOf(expected, evidence),
      told: expected.told ?? [],
      programs: expected.programs ?? ['helm'],
      // The arguments of a process can be found in it as long as it runs.
      heap: evidence.heap.length === 0 ? [] : (expected.stays ?? []),
      // The variable of the proxy is not ours; whatever else goes through it needs its login.
      environment: face === 'action' ? [...(expected.stays ?? []), 'proxy'] : ['proxy'],
      leftovers: []
    })
  })

  test.each(all)('%s, no child, no folder and no connection is left', async (title) => {
    const { exit, leftBehind } = await evidenceOf(face, title)
    const open = exit?.open.filter((kind) => /TCP|TLS|Process/.test(kind))
    expect(open).toEqual([])
    expect(leftBehind).toEqual([])
  })

  test.each(all.filter(([, { code }]) => code > 128))(
    '%s, it has ended within five seconds of the signal',
    async (title) => {
      expect((await evidenceOf(face, title)).endedAfterMs).toBeLessThan(LONGEST_END_MS)
    }
  )

  test('a server that hangs, the same search had found the secrets in the heap before', async () => {
    const { heapBefore } = await evidenceOf(face, 'a server that hangs')
    expect(heapBefore).toEqual([
      'bearer token',
      'client-key',
      'client-key-passphrase',
      'gpg-passphrase',
      'gpg-private-key',
      'id token',
      'password',
      'proxy',
      'refresh token',
      'registry-auth identity-token',
      'registry-auth password',
      'registry-auth registry-token',
      'runtime token'
    ])
  })
})
