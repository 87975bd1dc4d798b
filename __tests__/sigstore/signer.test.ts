import { describe, expect, test } from '@jest/globals'
import { Failure } from '../../src/shared/failure.ts'
import { takeIdentitySources } from '../../src/sigstore/identity-sources.ts'
import { Signer } from '../../src/sigstore/signer.ts'
import { provenanceStatement, signatureStatement } from '../../src/sigstore/statement.ts'
import { builtInRoots } from '../../src/sigstore/trusted-root.ts'
import { verifyBundle } from '../../src/sigstore/verify-bundle.ts'
import { always, FakeService, first, HANGS } from '../support/sigstore/fake-service.ts'
import { useFakeSigstore } from '../support/sigstore/fake-sigstore.ts'
import { CLAIMS, REQUEST_TOKEN } from '../support/sigstore/issuer.ts'

const startSigstore = useFakeSigstore()
const SUBJECT = { name: 'registry.test/team/demo', digest: `sha256:${'ab'.repeat(32)}` }
const SERVER = 'https://github.com'

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason
  )
  if (error instanceof Failure) return error
  throw new Error(`this is no failure: ${error}`)
}

describe('a run', () => {
  test('signs all of its statements with one token, one key and one certificate', async () => {
    const sigstore = await startSigstore()
    const { signer, roots } = await sigstore.signer()
    const { identity, signedBy, policy } = await signer.prepare()
    if (!identity) throw new Error('there is no token')
    expect(signedBy).toMatchObject({ kind: 'certificate', repository: `${SERVER}/acme/charts` })
    const statements = [signatureStatement(SUBJECT), provenanceStatement(SUBJECT, identity, SERVER)]
    for (const { bundle, warnings } of await Promise.all(
      statements.map((one) => signer.sign(one))
    )) {
      expect(warnings).toEqual([])
      const found = await verifyBundle(bundle, { digest: SUBJECT.digest, roots, policy })
      expect(found).toMatchObject({ kind: 'valid', facts: { logs: ['rekor.test'] } })
    }
    expect(sigstore.issuer.asked).toEqual([`Bearer ${REQUEST_TOKEN}`])
    expect(sigstore.fulcio.requests).toHaveLength(1)
    expect(sigstore.rekor.requests).toHaveLength(2)
  })

  test('asks for a token and a certificate before anything is signed', async () => {
    const sigstore = await startSigstore()
    const { signer } = await sigstore.signer()
    await signer.prepare()
    expect(sigstore.fulcio.requests).toHaveLength(1)
    expect(sigstore.rekor.requests).toHaveLength(0)
  })

  test('knows whether its roots have the authority of its certificate', async () => {
    const sigstore = await startSigstore()
    const { signer, access } = await sigstore.signer()
    const sources = takeIdentitySources({ ...sigstore.issuer.variables }, access.secrets)
    const { services } = sigstore
    const roots = await builtInRoots()
    const stranger = new Signer({ kind: 'keyless', sources, services }, { access, roots })
    try {
      const signatories = [await signer.prepare(), await stranger.prepare()]
      expect(signatories.map((one) => one.isAuthorityKnown)).toEqual([true, false])
    } finally {
      await stranger.close()
    }
  })

  test('has at most four signatures on their way at once', async () => {
    const sigstore = await startSigstore()
    let [open, most] = [0, 0]
    sigstore.rekor.fault = (_, response) => {
      open += 1
      most = Math.max(most, open)
      response.once('finish', () => {
        open -= 1
      })
      return false
    }
    const { signer } = await sigstore.signer()
    await Promise.all(Array.from({ length: 8 }, () => signer.sign(signatureStatement(SUBJECT))))
    expect(sigstore.rekor.requests).toHaveLength(8)
    expect(most).toBeLessThanOrEqual(4)
  })
})

test('a monorepo of 50 charts has one token, one certificate, and an entry for each, though the log is busy', async () => {
  const sigstore = await startSigstore()
  let answered = 0
  sigstore.rekor.fault = (_, response) => {
    answered += 1
    if (answered % 10 !== 0) return false
    response.writeHead(429, { 'retry-after': '1' }).end('{}')
    return true
  }
  const { signer, roots } = await sigstore.signer({}, sigstore.services, {
    count: 1,
    withinMs: 0
  })
  const digests = Array.from({ length: 50 }, (_, index) => {
    return `sha256:${index.toString(16).padStart(64, '0')}`
  })
  const signed = await Promise.all(
    digests.map((digest) => signer.sign(signatureStatement({ name: 'demo', digest })))
  )
  const found = signed.map(({ bundle, statement: { subject } }) => {
    return verifyBundle(bundle, { digest: subject.digest, roots })
  })
  const kinds = new Set((await Promise.all(found)).map(({ kind }) => kind))
  expect([signed.length, [...kinds]]).toEqual([50, ['valid']])
  expect(sigstore.issuer.asked).toHaveLength(1)
  expect(sigstore.fulcio.requests).toHaveLength(1)
})

test('whoever waits for a turn at the log stops when the run is aborted', async () => {
  const sigstore = await startSigstore()
  const controller = new AbortController()
  const { signer } = await sigstore.signer({ signal: controller.signal }, sigstore.services, {
    count: 1,
    withinMs: 60_000
  })
  await signer.sign(signatureStatement(SUBJECT))
  const waiting = signer.sign(signatureStatement(SUBJECT))
  controller.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
})

describe('secrets', () => {
  test('go to their own host: the request token to the issuer, the ID token to Fulcio', async () => {
    const sigstore = await startSigstore()
    const { signer, access } = await sigstore.signer()
    await signer.sign(signatureStatement(SUBJECT))
    const [{ body = '' } = {}] = sigstore.fulcio.requests
    const token = JSON.parse(body).credentials.oidcIdentityToken
    const log = JSON.stringify(sigstore.rekor.requests) + access.logger.lines.join('\n')
    expect(log).not.toContain(token)
    expect(JSON.stringify([sigstore.fulcio.requests, log])).not.toContain(REQUEST_TOKEN)
    expect(access.secrets.redact(`> ${token} <`)).toBe('> *** <')
  })

  test.each([301, 302, 303, 307, 308])('follow no redirect of Fulcio (%d)', async (status) => {
    const sigstore = await startSigstore()
    const thief = new FakeService(() => ({ status: 200, body: {} }))
    await thief.start()
    sigstore.fulcio.fault = always(status, '', { location: `${thief.url}steal` })
    const { signer } = await sigstore.signer()
    const failure = await failureOf(signer.prepare())
    await thief.stop()
    expect(failure.kind).toBe('signing')
    expect(failure.message).toContain('Redirects are not followed')
    expect(thief.requests).toEqual([])
  })

  test('are not in an error that repeats the request', async () => {
    const sigstore = await startSigstore()
    sigstore.fulcio.fault = ({ body }, response) => {
      const { oidcIdentityToken } = JSON.parse(body).credentials
      const message = `bad token ${oidcIdentityToken}`
      response.writeHead(400).end(JSON.stringify({ code: 3, message }))
      return true
    }
    const { signer, access } = await sigstore.signer()
    const failure = await failureOf(signer.prepare())
    const [{ body = '' } = {}] = sigstore.fulcio.requests
    const token: string = JSON.parse(body).credentials.oidcIdentityToken
    expect(`${failure.message} ${failure.fix}`).not.toContain(token)
    expect(failure.message).toContain('"bad token ***"')
    expect(failure.message).toContain('for the audience sigstore')
    expect(access.logger.lines.join('\n')).not.toContain(token)
  })
})

describe('an instance that cannot be trusted', () => {
  test('sends the certificate of somebody else', async () => {
    const sigstore = await startSigstore()
    sigstore.workflow = sigstore.workflow.replace('acme', 'evil')
    const { signer } = await sigstore.signer()
    const failure = await failureOf(signer.prepare())
    expect(failure).toMatchObject({ kind: 'signing', exitCode: 9 })
    expect(failure.message).toContain('issued a certificate for another identity')
  })

  test('sends a certificate for another key', async () => {
    const sigstore = await startSigstore()
    const other = await startSigstore()
    const { signer: stranger } = await other.signer()
    let answer = ''
    other.fulcio.fault = () => false
    await stranger.prepare()
    const again = await fetch(new URL('/api/v2/signingCert', other.fulcio.url), {
      method: 'POST',
      body: other.fulcio.requests[0]?.body ?? ''
    })
    answer = await again.text()
    sigstore.fulcio.fault = always(200, answer)
    const { signer } = await sigstore.signer()
    const failure = await failureOf(signer.prepare())
    expect(failure.message).toContain('a certificate for another key')
  })

  test.each([
    ['nothing', ''],
    ['no JSON', '<html>'],
    ['an empty chain', { signedCertificateEmbeddedSct: { chain: { certificates: [] } } }],
    ['a chain of texts', { signedCertificateEmbeddedSct: { chain: { certificates: ['x'] } } }],
    ['a chain of numbers', { signedCertificateEmbeddedSct: { chain: { certificates: [1] } } }]
  ])('sends %s for a certificate', async (_, body) => {
    const sigstore = await startSigstore()
    sigstore.fulcio.fault = always(200, body)
    const { signer } = await sigstore.signer()
    const failure = await failureOf(signer.prepare())
    expect(failure.kind).toBe('signing')
    expect(failure.message).toContain('has no certificate')
  })

  test('has a log with another key', async () => {
    const sigstore = await startSigstore()
    const other = await startSigstore()
    const services = { ...sigstore.services, logs: other.services.logs }
    const { signer } = await sigstore.signer({}, services)
    const failure = await failureOf(signer.sign(signatureStatement(SUBJECT)))
    expect(failure.kind).toBe('signing')
    expect(failure.message).toContain('is not valid, and was not published')
  })

  test('has a log that answers with the entry of another signature', async () => {
    const sigstore = await startSigstore()
    const { signer } = await sigstore.signer()
    await signer.sign(signatureStatement(SUBJECT))
    const [{ body = '' } = {}] = sigstore.rekor.requests
    const url = new URL('/api/v1/log/entries', sigstore.rekor.url)
    const { headers } = await fetch(url, { method: 'POST', body })
    const entry = await (await fetch(new URL(headers.get('location') ?? '', url))).text()
    sigstore.rekor.fault = always(201, entry)
    const failure = await failureOf(signer.sign(signatureStatement(SUBJECT)))
    expect(failure.message).toContain('is not valid')
  })

  test.each(['fulcio', 'rekor'] as const)('sends endless answers (%s)', async (service) => {
    const sigstore = await startSigstore()
    sigstore[service].fault = always(200, 'x'.repeat(5 * 1024 * 1024))
    const { signer } = await sigstore.signer()
    const failure = await failureOf(signer.sign(signatureStatement(SUBJECT)))
    expect(failure.kind).toBe('signing')
    expect(failure.message).toMatch(/more than \d+ bytes/)
  })

  test.each(['fulcio', 'rekor'] as const)('never answers (%s)', async (service) => {
    const sigstore = await startSigstore()
    sigstore[service].fault = HANGS
    const { signer } = await sigstore.signer({ attemptMs: 200 })
    const failure = await failureOf(signer.sign(signatureStatement(SUBJECT)))
    expect(failure.kind).toBe('signing')
    expect(failure.message).toContain('did not answer within 0.2 s')
    expect(failure.fix).toContain('No version was tagged')
  })
})

test('a run that is interrupted ends with its own reason, whatever the services do', async () => {
  const sigstore = await startSigstore()
  const controller = new AbortController()
  const reason = new Failure('sigterm', { message: 'SIGTERM', fix: 'None.' })
  sigstore.fulcio.fault = () => {
    controller.abort(reason)
    return true
  }
  const { signer } = await sigstore.signer({ signal: controller.signal })
  expect(await failureOf(signer.prepare())).toBe(reason)
})

test('a service that is not there is named, with what helps', async () => {
  const sigstore = await startSigstore()
  const authority = new URL('http://127.0.0.1:1')
  const { signer } = await sigstore.signer({}, { ...sigstore.services, authority })
  const failure = await failureOf(signer.prepare())
  expect(failure).toMatchObject({ kind: 'signing', exitCode: 9 })
  expect(failure.message).toContain('The certificate authority 127.0.0.1:1 could not be used:')
  expect(failure.message).toContain('ECONNREFUSED')
  expect(failure.fix).toContain('No version was tagged: run it again.')
  expect(failure.message + failure.fix).not.toMatch(/registry|insecure/)
})

test('a certificate authority without https gets no token', async () => {
  const sigstore = await startSigstore()
  const authority = new URL('http://fulcio.test')
  const { signer } = await sigstore.signer({}, { ...sigstore.services, authority })
  const failure = await failureOf(signer.prepare())
  expect(failure.message).toContain('does not use https, so the token was not sent')
})

describe('trouble that passes', () => {
  test('is tried again, after the pause that is asked for', async () => {
    const sigstore = await startSigstore()
    sigstore.rekor.fault = first(1, always(429, {}, { 'retry-after': '7' }))
    const paused: number[] = []
    const sleep = async (ms: number) => {
      paused.push(ms)
    }
    const { signer } = await sigstore.signer({ retry: { sleep } })
    await signer.sign(signatureStatement(SUBJECT))
    expect(paused).toEqual([7000])
  })

  test('a lost answer of the log leads to the entry that it made, not to a second one', async () => {
    const sigstore = await startSigstore()
    const { signer } = await sigstore.signer({ attemptMs: 1500 })
    await signer.prepare()
    // The log writes the entry, and its answer is lost.
    sigstore.rekor.fault = (request, response, count) => {
      if (count > 1) return false
      void fetch(new URL(request.path, sigstore.rekor.url), { method: 'POST', body: request.body })
      response.socket?.destroy()
      return true
    }
    const { bundle } = await signer.sign(signatureStatement(SUBJECT))
    expect(bundle.length).toBeGreaterThan(1000)
    const posted = sigstore.rekor.requests.filter(({ method }) => method === 'POST')
    expect(new Set(posted.map(({ body }) => body)).size).toBe(1)
  })

  test('a log that does not say where its entry is makes it fail', async () => {
    const sigstore = await startSigstore()
    const elsewhere = 'http://evil.test/api/v1/log/entries/x'
    sigstore.rekor.fault = always(409, {}, { location: elsewhere })
    const { signer } = await sigstore.signer()
    const failure = await failureOf(signer.sign(signatureStatement(SUBJECT)))
    expect(failure.message).toContain('It answered 409')
  })
})

describe('Rekor v2', () => {
  test('gets another signature when it has one already, three of them at most', async () => {
    const sigstore = await startSigstore()
    const logs = [{ url: sigstore.rekor.url, version: 2 }] as const
    sigstore.rekor.fault = always(409, { code: 6, message: 'an equivalent entry already exists' })
    const { signer } = await sigstore.signer({}, { ...sigstore.services, logs })
    const failure = await failureOf(signer.sign(signatureStatement(SUBJECT)))
    expect(failure.message).toContain('already has this signature')
    const bodies = sigstore.rekor.requests.map(({ body }) => body)
    expect(new Set(bodies).size).toBe(3)
  })

  test('has to answer with an entry', async () => {
    const sigstore = await startSigstore()
    const logs = [{ url: sigstore.rekor.url, version: 2 }] as const
    sigstore.rekor.fault = always(201, { logIndex: '1' })
    const { signer } = await sigstore.signer({}, { ...sigstore.services, logs })
    const failure = await failureOf(signer.sign(signatureStatement(SUBJECT)))
    expect(failure.message).toContain('not a log entry')
  })
})

test('a clock that is wrong is named when a token is refused', async () => {
  const sigstore = await startSigstore()
  const date = new Date(Date.now() + 600_000).toUTCString()
  sigstore.fulcio.fault = always(400, { message: 'no' }, { date })
  const { signer } = await sigstore.signer()
  const failure = await failureOf(signer.prepare())
  expect(failure.message).toMatch(/The clock of this machine is \d+ s behind that of 127.0.0.1/)
})

test('a timestamp that is none is refused', async () => {
  const sigstore = await startSigstore()
  const authority = new FakeService(() => ({ status: 201, body: Buffer.from('no DER') }))
  await authority.start()
  const timestampAuthorities = [new URL('/api/v1/timestamp', authority.url)]
  const { signer } = await sigstore.signer({}, { ...sigstore.services, timestampAuthorities })
  const failure = await failureOf(signer.sign(signatureStatement(SUBJECT)))
  await authority.stop()
  expect(failure.message).toContain('not a timestamp')
  expect(authority.requests[0]?.headers.accept).toBe('application/timestamp-reply')
})

test('the claims of the run are those that provenance is made of', async () => {
  const sigstore = await startSigstore()
  const { signer } = await sigstore.signer()
  const { identity } = await signer.prepare()
  expect(identity?.claims).toMatchObject(CLAIMS)
})
