import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Expected, GITHUB, ID_TOKEN, LOGIN, REQUEST } from '../support/canary/expected.ts'
import { type Lab, openLab } from '../support/canary/lab.ts'
import { OF_COMMAND, SCENARIOS } from '../support/canary/scenarios.ts'
import { SIGNING_SCENARIOS } from '../support/canary/signing-scenarios.ts'
import { type Evidence, type Face, play } from '../support/canary/stage.ts'
import { limited } from '../support/faults/limited.ts'

/** What SECURITY.md promises. */
const LONGEST_END_MS = 5000
/** A run waits for servers and children most of the time. */
const SIDE_BY_SIDE = 3
const PUBLISHING = { ...SCENARIOS, ...SIGNING_SCENARIOS }
const BY_FACE = { action: PUBLISHING, command: { ...PUBLISHING, ...OF_COMMAND } }
const FACES: readonly Face[] = ['action', 'command']

const OF_EVERY_RUN = [
  'SIGSTORE_ID_TOKEN',
  'bearer token',
  'client-key',
  'client-key-passphrase',
  'cosign-password',
  'github-token',
  'password',
  'proxy',
  'refresh token',
  'registry-auth identity-token',
  'registry-auth password',
  'registry-auth registry-token',
  'request URL',
  'request token',
  'runtime token'
]

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
  if (typeof heard !== 'string') return [...heard].sort()
  const all = heard.includes('of all') ? [...LOGIN, ...REQUEST, ID_TOKEN, GITHUB] : LOGIN
  return evidence.heard.filter((one) => all.includes(one))
}

function programsOf({ programs = ['helm'] }: Expected, evidence: Evidence): readonly string[] {
  return typeof programs === 'string' ? evidence.programs.filter((one) => one === 'helm') : programs
}

/** The variable of the proxy is not ours; whatever else goes through it needs its login. That of cosign is the command's. */
function environmentOf(face: Face, { stays = [] }: Expected): readonly string[] {
  return face === 'action' ? [...stays, 'cosign-password', 'proxy'] : ['proxy']
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
      programs: programsOf(expected, evidence),
      // The arguments of a process can be found in it as long as it runs.
      heap: evidence.heap.length === 0 ? [] : (expected.stays ?? []),
      environment: environmentOf(face, expected),
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

  test.each([
    ['a server that hangs', ['gpg-passphrase', 'gpg-private-key']],
    ['a registry that hangs when the signature is attached', ['ID token']],
    ['a registry that hangs when the signature of a key is attached', ['cosign-key']]
  ])('%s, the same search had found the secrets in the heap before', async (title, more) => {
    const { heapBefore } = await evidenceOf(face, title)
    expect(heapBefore).toEqual([...OF_EVERY_RUN, ...more].sort())
  })
})
