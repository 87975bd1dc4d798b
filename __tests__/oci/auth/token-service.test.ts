import { expect, test } from '@jest/globals'
import { Authenticator } from '../../../src/oci/auth/authenticator.ts'
import { Failure } from '../../../src/shared/failure.ts'
import { SecretRegistry } from '../../../src/shared/secret-registry.ts'
import { RecordingLogger } from '../../support/log.ts'
import { useTransports } from '../../support/network/transports.ts'
import { useRawServers } from '../../support/registry/raw-servers.ts'

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
  expect(failure.message).toContain('its answer stopped half-way')
})

test('an answer of more than 128 KiB is refused, and says where to look', async () => {
  const failure = await ask('HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n', 'x'.repeat(65_536))
  expect(failure).toMatchObject({
    kind: 'registry',
    message: expect.stringContaining('more than 131072 bytes'),
    fix: 'Look at the token service of the registry.'
  })
})
