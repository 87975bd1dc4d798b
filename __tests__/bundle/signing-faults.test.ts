import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { limited } from '../support/faults/limited.ts'
import { always, type Fault } from '../support/sigstore/fake-service.ts'
import {
  type FaultyEvidence,
  type FaultyRun,
  playFault,
  type ServiceName
} from '../support/sigstore/faulty-runs.ts'
import { ANY_SERVICE } from '../support/sigstore/service-faults.ts'
import { type SigningScene, saidBy } from '../support/sigstore/signing-scene.ts'

/** Runs wait for pauses most of the time. */
const SIDE_BY_SIDE = 4
const SIGNED = `sha256:[0-9a-f]{64}`

interface Case extends FaultyRun {
  readonly title: string
  /** A part of what the run says; it ends well without one. */
  readonly says: string | undefined
}

const BEFORE_TAG: readonly ServiceName[] = ['issuer', 'fulcio', 'rekor', 'timestamp']

function commonCases(service: ServiceName): readonly Case[] {
  return Object.entries(ANY_SERVICE).map(([title, { fault, says }]) => ({
    title: `the ${service} ${title}`,
    service,
    says,
    fault: ({ elsewhere }) => fault(elsewhere.url.href),
    ...(service === 'timestamp' && { services: 'rekor v1 and timestamps' as const })
  }))
}

/** A certificate with something else in it than it should have. */
function certificate(key: (content: string) => string, workflow?: string) {
  return ({ sigstore }: SigningScene): Fault => {
    return ({ body }, response) => {
      const { publicKeyRequest } = JSON.parse(body)
      const names = { ...sigstore.names, ...(workflow !== undefined && { workflow }) }
      const content = key(publicKeyRequest.publicKey.content)
      const certificates = [sigstore.authority.certificateFor(content, names)]
      const chain = { chain: { certificates } }
      return always(200, { signedCertificateEmbeddedSct: chain })({} as never, response, 0)
    }
  }
}

const OTHER_KEY = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8qi7a0RbmTQa/gdPjXnIWJNIvF75
CWHnxt+6/XXWCtjOG8VTPxaJrlQuqhIA37aJP6Fda8QHkQrXfgV5/DBf7Q==
-----END PUBLIC KEY-----
`

/** Adds something else to the log than what it is asked to. */
function otherEntry(change: (proposed: string) => string) {
  return ({ sigstore }: SigningScene): Fault => {
    return (request, response) => {
      const { status, body } = sigstore.log.answer({ ...request, body: change(request.body) })
      return always(status, body)(request, response, 0)
    }
  }
}

/** The same request with a signature over something else. */
function withOtherSignature(body: string): string {
  const entry = JSON.parse(body)
  const { proposedContent } = entry.spec
  const envelope = JSON.parse(proposedContent.envelope)
  envelope.signatures[0].sig = Buffer.from('another signature').toString('base64')
  proposedContent.envelope = JSON.stringify(envelope)
  return JSON.stringify(entry)
}

const JWT = [{ alg: 'none' }, { iss: 'x', sub: 'y', aud: 'sigstore' }]
  .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  .join('.')

/** Writes the entry, and loses the answer: what is sent again is there already. */
function losesAnswer({ sigstore }: SigningScene): Fault {
  let isLost = false
  return (request, response) => {
    if (isLost) return false
    isLost = true
    sigstore.rekor.handle(request)
    response.socket?.destroy()
    return true
  }
}

const OWN_CASES: readonly Case[] = [
  {
    title: 'the rekor loses the answer about an entry',
    service: 'rekor',
    says: undefined,
    fault: losesAnswer
  },
  ...(
    [
      ['gives a token that is none', { value: 'not-a-token-at-all' }, 'not a JSON web token'],
      ['gives a token without an end', { value: `${JWT}.c2ln` }, 'no expiry time'],
      ['gives a number for a token', { value: 7 }, 'Its answer has no token'],
      ['gives a list', [], 'Its answer has no token']
    ] as const
  ).map(([title, body, says]) => {
    return {
      title: `the issuer ${title}`,
      service: 'issuer' as const,
      says,
      fault: () => always(200, body)
    }
  }),
  {
    title: 'the fulcio certifies another key',
    service: 'fulcio',
    says: 'a certificate for another key',
    fault: certificate(() => OTHER_KEY)
  },
  {
    title: 'the fulcio certifies another workflow',
    service: 'fulcio',
    says: 'issued a certificate for another identity',
    fault: certificate(
      (key) => key,
      'https://github.com/mallory/x/.github/workflows/a.yml@refs/heads/main'
    )
  },
  {
    title: 'the fulcio gives a certificate that is none',
    service: 'fulcio',
    says: 'Its answer has no certificate',
    fault: () => always(200, { signedCertificateEmbeddedSct: { chain: { certificates: ['PEM'] } } })
  },
  {
    title: 'the rekor logs another signature',
    service: 'rekor',
    says: 'is not valid, and was not published',
    fault: otherEntry(withOtherSignature)
  },
  {
    title: 'the rekor gives an entry of wrong kinds',
    service: 'rekor',
    says: 'Its answer is not a log entry',
    fault: () => always(201, { abc: { body: 7, logIndex: [], verification: 'x' } })
  },
  {
    title: 'the rekor says that it has the entry, and not where',
    service: 'rekor',
    says: 'It answered 409',
    fault: () => always(409, { message: 'exists' })
  },
  {
    title: 'the rekor says that another host has the entry',
    service: 'rekor',
    says: 'It answered 404',
    fault: ({ elsewhere }) => {
      const location = `${elsewhere.url.href}api/v1/log/entries/${'ab'.repeat(32)}`
      return (request, response, count) => {
        if (request.method === 'GET') return false
        return always(409, {}, { location })(request, response, count)
      }
    }
  },
  ...(
    [
      ['nothing but braces', {}, 'Its answer is not a log entry'],
      ['a list', [1, 2], 'Its answer is not a log entry'],
      ['a page', '<html>', 'Its answer is not a log entry'],
      [
        'an entry of wrong kinds',
        { canonicalizedBody: '!', logId: {}, kindVersion: {}, inclusionProof: { hashes: 7 } },
        'is not valid, and was not published'
      ]
    ] as const
  ).map(([what, body, says]) => ({
    title: `a Rekor v2 answers with ${what}`,
    service: 'rekor' as const,
    services: 'rekor v2' as const,
    says,
    fault: () => always(200, body)
  })),
  {
    title: 'a Rekor v2 has every signature already',
    service: 'rekor',
    services: 'rekor v2',
    says: 'already has this signature',
    fault: () => always(409, {})
  },
  {
    title: 'the timestamp authority dates something else',
    service: 'timestamp',
    services: 'rekor v1 and timestamps',
    says: 'is not valid, and was not published',
    fault: (scene) => {
      const artifactHash = Buffer.alloc(32).toString('base64')
      return (_, response) => {
        const { body } = scene.timestampFor(JSON.stringify({ artifactHash }))
        response.writeHead(201).end(body)
        return true
      }
    }
  },
  ...(
    [
      ['an empty sequence', Buffer.from([0x30, 0])],
      ['a sequence of nothing that it knows', Buffer.from([0x30, 3, 2, 1, 0])],
      ['a sequence that is cut', Buffer.from([0x30, 0x82, 0x10, 0])]
    ] as const
  ).map(([what, bytes]) => ({
    title: `the timestamp authority answers with ${what}`,
    service: 'timestamp' as const,
    services: 'rekor v1 and timestamps' as const,
    says: 'Its answer is not a timestamp',
    fault: (): Fault => (_, response) => {
      response.writeHead(201).end(bytes)
      return true
    }
  }))
]

const CASES = [...BEFORE_TAG.flatMap(commonCases), ...OWN_CASES]
const evidences = new Map<string, Promise<FaultyEvidence>>()

beforeAll(() => {
  const lane = limited(SIDE_BY_SIDE)
  for (const one of CASES) {
    const run = lane(() => playFault(one))
    run.catch(() => undefined)
    evidences.set(one.title, run)
  }
})

afterAll(async () => {
  await Promise.allSettled(evidences.values())
})

async function evidenceOf({ title }: Case): Promise<FaultyEvidence> {
  const evidence = await evidences.get(title)
  if (!evidence) throw new Error('nothing was run')
  return evidence
}

const titled = (cases: readonly Case[]) => cases.map((one) => [one.title, one] as const)
const PASSING = CASES.filter(({ says }) => says === undefined)
const LASTING = CASES.filter(({ says }) => says !== undefined)

test.each(titled(PASSING))(
  'when %s, the run ends well with one signature',
  async (_, one) => {
    const { first: released, attached, leaks, logged } = await evidenceOf(one)
    const [result] = released.results
    expect([released.code, released.code === 0 ? '' : released.stderr]).toEqual([0, ''])
    expect(result).toMatchObject({ status: 'published', signature: 'signed' })
    expect(attached).toEqual([expect.stringMatching(SIGNED)])
    expect({ leaks, logged }).toEqual({ leaks: [], logged: 1 })
  },
  120_000
)

describe.each(titled(LASTING))('when %s', (_, one) => {
  test('the run ends with 9, names the service, and tags nothing', async () => {
    const { first: released, tagged, host, seconds } = await evidenceOf(one)
    const [result] = released.results
    expect([released.code, result?.status]).toEqual([9, 'failed'])
    const { message = '', fix = '' } = result?.error ?? {}
    expect(message).toContain(one.says)
    expect(message.includes(host) || message.includes("GitHub's runner")).toBe(true)
    expect(fix).not.toBe('')
    expect(tagged).toBeUndefined()
    expect(seconds).toBeLessThan(30)
  }, 120_000)

  test('no secret and no control character is said, no other host is asked, and nothing is left', async () => {
    const { leaks, elsewhere, leftovers } = await evidenceOf(one)
    expect({ leaks, elsewhere, leftovers }).toEqual({ leaks: [], elsewhere: 0, leftovers: [] })
  }, 120_000)

  test('a run with sound services then publishes, with exactly one signature', async () => {
    const { again, attachedAgain } = await evidenceOf(one)
    expect([again.code, again.code === 0 ? '' : saidBy(again)]).toEqual([0, ''])
    expect(again.results[0]).toMatchObject({ status: 'published', signature: 'signed' })
    expect(attachedAgain).toEqual([expect.stringMatching(SIGNED)])
  }, 120_000)
})
