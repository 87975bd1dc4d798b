import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from '@jest/globals'
import { Deadline } from '../../../src/oci/transport/deadline.ts'
import { Failure } from '../../../src/shared/failure.ts'
import { useRawServers } from '../../helpers/raw-servers.ts'
import { useTransports } from '../../helpers/transports.ts'

const startRaw = useRawServers()
const makeTransport = useTransports()
const deadlines: Deadline[] = []
afterEach(() => {
  for (const deadline of deadlines.splice(0)) deadline.end()
})

function start(timeoutMs: number, signal = new AbortController().signal): Deadline {
  const deadline = new Deadline({ host: 'registry.test', timeoutMs, signal })
  deadlines.push(deadline)
  return deadline
}

function reasonOf({ signal }: Deadline): Failure {
  if (signal.reason instanceof Failure) return signal.reason
  throw new Error(`no failure is the reason: ${signal.reason}`)
}

test('it ends a request, and the failure says which one', async () => {
  const server = await startRaw(() => undefined)
  const deadline = start(100)
  const transport = makeTransport({ signal: deadline.signal, track: deadline.track })
  const send = transport.send({
    method: 'PUT',
    url: server.url,
    headers: {},
    body: Buffer.from('a')
  })
  const error: unknown = await send.catch((reason: unknown) => reason)
  expect(error).toBe(deadline.signal.reason)
  const { kind, message, fix } = reasonOf(deadline)
  expect(kind).toBe('registry')
  expect(message).toBe(
    `The conversation with registry.test took longer than 0.1 s; it was waiting for the answer to PUT ${server.url.href}.`
  )
  expect(fix).toContain('`timeout`')
})

test('it ends a pause between requests, and the failure says after which one', async () => {
  const deadline = start(100)
  deadline.track('GET https://registry.test/v2/')(503)
  await expect(sleep(60_000, undefined, { signal: deadline.signal })).rejects.toThrow()
  expect(reasonOf(deadline).message).toContain(
    'waiting after the answer 503 to GET https://registry.test/v2/'
  )
})

test('it ends a pause after a request that got no answer, and the failure says why', async () => {
  const server = await startRaw((socket) => socket.destroy())
  const deadline = start(300)
  const transport = makeTransport({ signal: deadline.signal, track: deadline.track })
  const request = { method: 'GET', url: server.url, headers: {} } as const
  const lost: unknown = await transport.send(request).catch((thrown: unknown) => thrown)
  if (!(lost instanceof Failure)) throw new Error('it was answered')
  await expect(sleep(60_000, undefined, { signal: deadline.signal })).rejects.toThrow()
  const { message, fix } = reasonOf(deadline)
  expect(message).toBe(
    `The conversation with registry.test took longer than 0.3 s; it was waiting to repeat GET ${server.url.href}, which had failed: ${lost.message}`
  )
  expect(fix).toContain(lost.fix)
  expect(fix).toContain('`timeout`')
})

test('the transport says by which status a request was answered', async () => {
  const server = await startRaw((socket) => {
    socket.end('HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n')
  })
  const deadline = start(300)
  const transport = makeTransport({ signal: deadline.signal, track: deadline.track })
  await transport.send({ method: 'GET', url: server.url, headers: {} })
  await expect(sleep(60_000, undefined, { signal: deadline.signal })).rejects.toThrow()
  expect(reasonOf(deadline).message).toContain(`after the answer 429 to GET ${server.url.href}.`)
})

test('an abort of the run comes through with its own reason', () => {
  const run = new AbortController()
  const deadline = start(60_000, run.signal)
  const reason = new Failure('sigterm', { message: 'Ended.', fix: 'Run it again.' })
  run.abort(reason)
  expect(deadline.signal.reason).toBe(reason)
})

test('a run that is aborted already leaves no time', () => {
  expect(start(60_000, AbortSignal.abort('over')).signal.reason).toBe('over')
})

test('after its end it is silent', async () => {
  const run = new AbortController()
  const deadline = start(50, run.signal)
  deadline.end()
  run.abort()
  await sleep(100)
  expect(deadline.signal.aborted).toBe(false)
})
