import { describe, expect, test } from '@jest/globals'
import { Authenticator } from '../../../src/oci/auth/authenticator.ts'
import { Failure, messageOf } from '../../../src/shared/failure.ts'
import { SecretRegistry } from '../../../src/shared/secret-registry.ts'
import { RecordingLogger } from '../../support/log.ts'
import { useTransports } from '../../support/network/transports.ts'
import { useClients } from '../../support/registry/clients.ts'
import { useRawServers } from '../../support/registry/raw-servers.ts'
import type { Answer } from '../../support/registry/registry-store.ts'
import { useRegistries } from '../../support/registry/servers.ts'

const startRaw = useRawServers()
const makeTransport = useTransports()

/** Asks a registry whose token service begins its answer with `head` and goes on with `part` every 20 ms. */
async function ask(head: string, part: string): Promise<Failure> {
  const server = await startRaw((socket, text) => {
    if (!text.startsWith('GET /token')) {
      const challenge = 'WWW-Authenticate: Bearer realm="/token"\r\nContent-Length: 0'
      socket.write(`HTTP/1.1 401 Unauthorized\r\n${challenge}\r\n\r\n`)
      return
    }
    socket.write(head)
    const timer = setInterval(() => socket.write(part), 20)
    socket.once('close', () => clearInterval(timer))
  })
  const origin = new URL(server.url.origin)
  const secrets = new SecretRegistry(() => undefined)
  const authenticator = new Authenticator({
    origin,
    credential: undefined,
    access: 'pull',
    tokenHosts: [],
    githubServer: undefined,
    secrets,
    transport: makeTransport({ origin, limits: { bodyMs: 300 } }),
    logger: new RecordingLogger()
  })
  const url = new URL('/v2/a/manifests/1', origin)
  const error: unknown = await authenticator
    .send('a', { method: 'GET', url, headers: {} })
    .catch((reason: unknown) => reason)
  if (!(error instanceof Failure)) throw new Error(`this is no failure: ${error}`)
  return error
}

test('a token that drips is given up when the time for an answer is over', async () => {
  const failure = await ask('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n', 'x')
  expect(failure.kind).toBe('registry')
  expect(failure.message).toContain('its response stopped before the end')
})

test('an answer of more than 128 KiB is refused, and says where to look', async () => {
  const failure = await ask('HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n', 'x'.repeat(65_536))
  expect(failure).toMatchObject({
    kind: 'registry',
    message: expect.stringContaining('more than 131072 bytes'),
    fix: 'Check the token service of the registry.'
  })
})

const start = useRegistries()
const makeClient = useClients()

const TOKEN = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJjaSJ9.c2lnbmF0dXJl'

const BODIES: Readonly<Record<string, string>> = {
  'a token': JSON.stringify({ token: TOKEN, expires_in: 300 }),
  'a short token': JSON.stringify({ token: 'e7' }),
  'a refresh token': JSON.stringify({
    errors: [{ code: 'A', message: 'no' }],
    refresh_token: TOKEN
  }),
  'a nested token': JSON.stringify({ data: [[{ auth: { id_token: TOKEN } }]] }),
  'a token in an error': JSON.stringify({ error: TOKEN, error_description: `use ${TOKEN}` }),
  'a form': `access_token=${TOKEN}&token_type=Bearer`,
  'a token as text': TOKEN,
  'a token in a page': `<html><body>Your token:\n  <code>${TOKEN}</code></body></html>`,
  'half of JSON': `{"token":"${TOKEN}","`,
  'half of JSON with a short token': '{"token":"e7","'
}

/** What a run says that asks a token service which gives this answer. */
async function saidOf(
  answer: Answer
): Promise<{ readonly text: string; readonly failure: unknown }> {
  const realm = { 'www-authenticate': 'Bearer realm="/token",service="s"' }
  const registry = await start({
    fault: ({ url }) => (url.startsWith('/token') ? answer : { status: 401, headers: realm })
  })
  const login = { username: 'ci', password: 'the-password' }
  const { client, logger } = makeClient(registry, { login })
  const repository = { host: registry.host, name: 'team/demo' }
  const failure = await client.getManifestAt(repository, '1').catch((error: unknown) => error)
  const fix = failure instanceof Failure ? failure.fix : ''
  return { text: [messageOf(failure), fix, ...logger.lines].join('\n'), failure }
}

const STATUSES = [201, 202, 203, 204, 206, 300, 302, 307, 400, 401, 403, 404, 418, 429, 500, 503]

describe.each(STATUSES)('a token service that answers %i', (status) => {
  test.each(Object.entries(BODIES))('with %s has nothing of it printed', async (_, body) => {
    const headers = { 'content-type': 'image/png', location: `https://elsewhere.test/?t=${TOKEN}` }
    const { text, failure } = await saidOf({ status, headers, ...(status !== 204 && { body }) })
    expect(failure).toBeInstanceOf(Failure)
    expect(text).not.toMatch(/eyJ|c2ln|"e7"|\be7\b/)
    expect(text).toContain(String(status))
  })
})

test('what a token service refuses for is reported in its words, with the hint of the registry', async () => {
  const body =
    '{"errors":[{"code":"DENIED","message":"registry contains 1 repositories, limit is 1"}]}'
  expect(await saidOf({ status: 403, body })).toMatchObject({
    failure: {
      kind: 'auth',
      message: expect.stringContaining(
        '403 DENIED "registry contains 1 repositories, limit is 1".'
      ),
      fix: expect.stringContaining('Raise the quota')
    }
  })
})

test('another success than 200 is an error that says so', async () => {
  expect(await saidOf({ status: 201, body: JSON.stringify({ token: TOKEN }) })).toMatchObject({
    failure: { kind: 'registry', message: expect.stringContaining('answered 201 instead of 200') }
  })
})

test('of thousands of tokens in one answer none is printed', async () => {
  const tokens = Array.from({ length: 5000 }, (_, index) => `tok-${index}`)
  const body = JSON.stringify({ token: tokens, errors: [{ code: 'A', message: 'use tok-4999' }] })
  const { text } = await saidOf({ status: 401, body })
  expect(text).not.toMatch(/tok-\d/)
})
