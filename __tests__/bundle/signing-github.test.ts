import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { limited } from '../support/faults/limited.ts'
import { always, type Fault, first, type SeenRequest } from '../support/sigstore/fake-service.ts'
import { type FaultyEvidence, playFault } from '../support/sigstore/faulty-runs.ts'
import { ANY_SERVICE } from '../support/sigstore/service-faults.ts'
import type { SigningScene } from '../support/sigstore/signing-scene.ts'

const SIDE_BY_SIDE = 4
const DIGEST = expect.stringMatching(/^sha256:[0-9a-f]{64}$/)

interface Case {
  readonly fault: (scene: SigningScene) => Fault
  /** A part of what the run says; it ends well without one. */
  readonly says: string | undefined
  readonly fix?: string
}

const only = (method: string, fault: Fault): Fault => {
  return (request, response, count) => request.method === method && fault(request, response, count)
}

/** Stores what it is sent, and loses the answer. */
function losesAnswer({ github }: SigningScene): Fault {
  const seen = new Set<SeenRequest>()
  return (request, response) => {
    if (request.method !== 'POST' || seen.size > 0) return false
    seen.add(request)
    github.handle(request)
    response.socket?.destroy()
    return true
  }
}

const PAGES: Fault = ({ method, path }, response) => {
  if (method !== 'GET') return false
  const after = Number(/after=(\d+)/.exec(path)?.[1] ?? 0) + 1
  const link = `<https://elsewhere.test/?after=${after}>; rel="next"`
  return always(200, { attestations: [] }, { link })({} as never, response, 0)
}

const CASES: Readonly<Record<string, Case>> = {
  ...Object.fromEntries(
    Object.entries(ANY_SERVICE).map(([title, { fault, says }]) => {
      const isList = says === 'Its answer'
      const all = { fault: ({ elsewhere }: SigningScene) => fault(elsewhere.url.href) }
      // There is nothing yet where GitHub says so, and what is sent is what tells.
      if (title === 'answers 404') return [title, { ...all, says }]
      return [title, { ...all, says: isList ? 'Its answer is not a list' : says }]
    })
  ),
  'loses the answer to what it has stored': { fault: losesAnswer, says: undefined },
  'answers 500 to what is sent, once': {
    fault: () => {
      const once = first(1, always(500))
      let posts = 0
      return only('POST', (request, response) => once(request, response, ++posts))
    },
    says: undefined
  },
  'refuses what is sent with 403': {
    fault: () => only('POST', always(403, { message: 'Resource not accessible by integration' })),
    says: 'Resource not accessible by integration',
    fix: 'permissions: attestations: write'
  },
  'refuses what is sent with 422': {
    fault: () => only('POST', always(422, { message: 'Invalid bundle' })),
    says: 'Invalid bundle',
    fix: '--github-attestation false'
  },
  'limits requests with 403': {
    fault: () => only('POST', always(403, {}, { 'x-ratelimit-remaining': '0' })),
    says: 'It answered 403',
    fix: 'GitHub limits requests'
  },
  'lists pages without an end': {
    fault: () => PAGES,
    says: 'It lists more than 1000 attestations'
  },
  'lists what is no list': {
    fault: () => only('GET', always(200, { attestations: 'many' })),
    says: 'Its answer is not a list of attestations'
  }
}

const evidences = new Map<string, Promise<FaultyEvidence>>()

beforeAll(() => {
  const lane = limited(SIDE_BY_SIDE)
  for (const [title, { fault }] of Object.entries(CASES)) {
    const run = lane(() => playFault({ service: 'github', fault }))
    run.catch(() => undefined)
    evidences.set(title, run)
  }
})

afterAll(async () => {
  await Promise.allSettled(evidences.values())
})

async function evidenceOf(title: string): Promise<FaultyEvidence> {
  const evidence = await evidences.get(title)
  if (!evidence) throw new Error('nothing was run')
  return evidence
}

const PASSING = Object.entries(CASES).filter(([, { says }]) => says === undefined)
const LASTING = Object.entries(CASES).filter(([, { says }]) => says !== undefined)

test.each(PASSING)(
  'when GitHub %s, the provenance is stored once',
  async (title) => {
    const { first: released, attached, leaks, stored } = await evidenceOf(title)
    expect([released.code, released.code === 0 ? '' : released.stderr]).toEqual([0, ''])
    expect(released.results[0]).toMatchObject({ status: 'published', signature: 'signed' })
    expect({ attached, leaks, stored }).toEqual({
      attached: [DIGEST, DIGEST],
      leaks: [],
      stored: 1
    })
  },
  120_000
)

describe.each(LASTING)('when GitHub %s', (title, { says, fix = '' }) => {
  test('the chart is published and signed, and the run ends with 9', async () => {
    const { first: released, tagged, attached, host } = await evidenceOf(title)
    const [result] = released.results
    expect([released.code, result?.status, result?.digest]).toEqual([9, 'published', tagged])
    expect(result).toMatchObject({ signature: 'signed', attestationDigest: DIGEST })
    const { message = '', fix: advice = '' } = result?.error ?? {}
    expect(message).toContain(`The attestation of ${tagged} was not stored at GitHub:`)
    expect([message.includes(host), message.includes(`${says}`)]).toEqual([true, true])
    expect(advice).toContain(fix)
    expect(`${message} ${advice}`).not.toContain('No version was tagged')
    expect(attached).toHaveLength(2)
  }, 120_000)

  test('no secret is said, no other host is asked, and nothing is left', async () => {
    const { leaks, elsewhere, leftovers } = await evidenceOf(title)
    expect({ leaks, elsewhere, leftovers }).toEqual({ leaks: [], elsewhere: 0, leftovers: [] })
  }, 120_000)

  test('a run when GitHub is well stores it once, and signs nothing again', async () => {
    const { again, attached, attachedAgain, stored } = await evidenceOf(title)
    expect([again.code, again.code === 0 ? '' : again.stderr]).toEqual([0, ''])
    expect(again.results[0]).toMatchObject({ status: 'unchanged', signature: 'present' })
    expect({ attachedAgain, stored }).toEqual({ attachedAgain: attached, stored: 1 })
  }, 120_000)
})
