import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { Deadline } from '../../src/http/deadline.ts'
import { RequestLog } from '../../src/http/request-log.ts'
import { Failure } from '../../src/shared/failure.ts'
import { useTransports } from '../support/network/transports.ts'
import { useRawServers } from '../support/registry/raw-servers.ts'

const startRaw = useRawServers()
const makeTransport = useTransports()

function make(timeoutMs: number, signal = new AbortController().signal): Deadline {
  return new Deadline({ host: 'registry.test', timeoutMs, signal })
}

function reasonOf({ signal }: Deadline): Failure {
  if (signal.reason instanceof Failure) return signal.reason
  throw new Error(`no failure is the reason: ${signal.reason}`)
}

test('it ends a request, and the failure says which one', async () => {
  const server = await startRaw(() => undefined)
  const watch = make(100)
  const request = {
    method: 'PUT',
    url: server.url,
    headers: {},
    body: Buffer.from('a'),
    watch
  } as const
  const error: unknown = await watch
    .during(() => makeTransport().send(request))
    .catch((reason: unknown) => reason)
  expect(error).toBe(watch.signal.reason)
  const { kind, message, fix } = reasonOf(watch)
  expect(kind).toBe('registry')
  expect(message).toBe(
    `The requests to registry.test took longer than 0.1 s; it was waiting for the answer to PUT ${server.url.href}.`
  )
  expect(fix).toContain('`timeout`')
})

test('it ends a request whose body is under way, and the failure says how far it was', async () => {
  const server = await startRaw((socket) => socket.pause())
  const watch = make(500)
  const body = Buffer.alloc(24 * 1024 * 1024)
  const request = { method: 'PUT', url: server.url, headers: {}, body, watch } as const
  await expect(watch.during(() => makeTransport().send(request))).rejects.toThrow()
  const { message, fix } = reasonOf(watch)
  expect(message).toMatch(
    /answer to PUT \S+ after sending \d+\.\d MiB of 24\.0 MiB at \d+\.\d MiB\/s\.$/
  )
  expect(fix).toMatch(/raise `timeout` to \d+s, which is enough at that rate;/)
  expect(watch.transfers).toEqual([])
})

test('it ends a request whose body was sent, and more time is not the first fix', async () => {
  const server = await startRaw(() => undefined)
  const watch = make(500)
  const body = Buffer.alloc(128 * 1024)
  const request = { method: 'PUT', url: server.url, headers: {}, body, watch } as const
  await expect(watch.during(() => makeTransport().send(request))).rejects.toThrow()
  const { message, fix } = reasonOf(watch)
  expect(message).toMatch(/ after all 128\.0 KiB were sent\.$/)
  expect(fix).toContain('raise `timeout`;')
})

test('it ends a pause between requests, and the failure says after which one', async () => {
  const deadline = make(100)
  deadline.track('GET https://registry.test/v2/')(503)
  await expect(deadline.during(() => silence(deadline))).rejects.toThrow()
  expect(reasonOf(deadline).message).toContain(
    'waiting after the answer 503 to GET https://registry.test/v2/'
  )
})

test('it ends a pause after a request that got no answer, and the failure says why', async () => {
  const server = await startRaw((socket) => socket.destroy())
  const deadline = make(300)
  const request = { method: 'GET', url: server.url, headers: {}, watch: deadline } as const
  const lost: unknown[] = []
  const talk = deadline.during(async () => {
    lost.push(
      await makeTransport()
        .send(request)
        .catch((thrown: unknown) => thrown)
    )
    await silence(deadline)
  })
  await expect(talk).rejects.toThrow()
  const [failure] = lost
  if (!(failure instanceof Failure)) throw new Error('it was answered')
  const { message, fix } = reasonOf(deadline)
  expect(message).toBe(
    `The requests to registry.test took longer than 0.3 s; it was waiting to repeat GET ${server.url.href}, which had failed: ${failure.message}`
  )
  expect(fix).toContain(failure.fix)
  expect(fix).toContain('`timeout`')
})

test('the transport says by which status a request was answered', async () => {
  const server = await startRaw((socket) => {
    socket.end('HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n')
  })
  const deadline = make(300)
  const talk = deadline.during(async () => {
    await makeTransport().send({ method: 'GET', url: server.url, headers: {}, watch: deadline })
    await silence(deadline)
  })
  await expect(talk).rejects.toThrow()
  expect(reasonOf(deadline).message).toContain(`after the answer 429 to GET ${server.url.href}.`)
})

test('a request that others wait for, too, is told of', async () => {
  const shared = new RequestLog()
  shared.track('GET https://tokens.test/')
  const deadline = make(50)
  await expect(deadline.during(() => silence(deadline), shared)).rejects.toThrow()
  expect(reasonOf(deadline).message).toContain('the answer to GET https://tokens.test/.')
})

test('the time counts while the conversation goes on only, over all of its parts', async () => {
  const deadline = make(400)
  await deadline.during(() => sleep(250))
  await sleep(300)
  expect(deadline.signal.aborted).toBe(false)
  await expect(deadline.during(() => silence(deadline))).rejects.toThrow()
  expect(reasonOf(deadline).message).toContain('took longer than 0.4 s')
})

test('what has nothing to do with the host takes no time of it', async () => {
  const deadline = make(300)
  const talk = deadline.during(async () => {
    await deadline.pausedFor(sleep(500))
    expect(deadline.signal.aborted).toBe(false)
    await silence(deadline)
  })
  await expect(talk).rejects.toThrow()
  expect(reasonOf(deadline).message).toContain('took longer than 0.3 s')
})

test('a wait that ends after its part of the conversation starts no time', async () => {
  const deadline = make(200)
  let resolve = () => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  let waiting: Promise<void> | undefined
  await deadline.during(async () => {
    waiting = deadline.pausedFor(promise)
    await sleep(100)
  })
  resolve()
  await waiting
  await sleep(300)
  expect(deadline.signal.aborted).toBe(false)
  // Nor was the wait counted when its part ended.
  await deadline.during(() => sleep(150))
  expect(deadline.signal.aborted).toBe(false)
})

test('of two waits, time counts again when both are over', async () => {
  const deadline = make(200)
  await deadline.during(async () => {
    await Promise.all([deadline.pausedFor(sleep(10)), deadline.pausedFor(sleep(500))])
  })
  expect(deadline.signal.aborted).toBe(false)
})

test('an abort of the run comes through with its own reason', async () => {
  const run = new AbortController()
  const deadline = make(60_000, run.signal)
  const reason = new Failure('sigterm', { message: 'Ended.', fix: 'Run it again.' })
  await deadline.during(async () => run.abort(reason))
  expect(deadline.signal.reason).toBe(reason)
})

test('a run that is aborted already leaves no time', async () => {
  const deadline = make(60_000, AbortSignal.abort('over'))
  await deadline.during(async () => undefined)
  expect(deadline.signal.reason).toBe('over')
})

test('after its parts it is silent', async () => {
  const run = new AbortController()
  const deadline = make(50, run.signal)
  await deadline.during(async () => undefined)
  run.abort()
  await sleep(100)
  expect(deadline.signal.aborted).toBe(false)
})

function silence({ signal }: Deadline): Promise<void> {
  return sleep(60_000, undefined, { signal })
}
