import type { Socket } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import { useTransports } from '../support/network/transports.ts'
import { useRawServers } from '../support/registry/raw-servers.ts'

const startRaw = useRawServers()
const makeTransport = useTransports()

const MIB = 1024 * 1024
/** More than the buffers of both ends hold. */
const BODY = Buffer.alloc(24 * MIB, 'x')
const limits = { uploadMs: 300 }

/** Reads about `bytes` of a body at a time, with a pause after each. */
function readSlowly(socket: Socket, bytes: number, pauseMs: number): void {
  let left = bytes
  socket.on('data', (chunk) => {
    left -= chunk.length
    if (left > 0) return
    left = bytes
    socket.pause()
    setTimeout(() => socket.resume(), pauseMs).unref()
  })
}

function put(url: URL, body: Buffer, options = {}) {
  return makeTransport({ limits, ...options }).send({ method: 'PUT', url, headers: {}, body })
}

describe('an upload', () => {
  test('may take longer than the limit, as long as it goes on', async () => {
    let received = 0
    const slow = new Set<Socket>()
    const server = await startRaw((socket, text) => {
      if (!slow.has(socket)) readSlowly(socket, MIB, 100)
      slow.add(socket)
      received += text.length
      if (received > BODY.length) socket.write('HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n')
    })
    const patient = { limits: { uploadMs: 1500 } }
    expect((await put(server.url, BODY, patient)).status).toBe(201)
    expect(server.received()).toContain(`content-length: ${BODY.length}\r\n`)
    expect(server.received()).not.toMatch(/transfer-encoding/i)
    expect(server.received().endsWith('xxxx')).toBe(true)
  })

  test('that is no longer taken is given up, and the error says how far it was', async () => {
    const server = await startRaw((socket) => socket.pause())
    const sent = /accepted no more data of the upload for 0\.3 s, after \d+\.\d MiB of 24\.0 MiB\.$/
    await expect(put(server.url, BODY)).rejects.toThrow(sent)
  })

  test('that is never answered is given up after its last chunk', async () => {
    const server = await startRaw(() => undefined)
    await expect(put(server.url, BODY.subarray(0, MIB))).rejects.toThrow(
      'did not answer in time, after all 1.0 MiB were sent ('
    )
    expect(server.received().length).toBeGreaterThan(MIB)
  })

  test('that is refused while it is under way has its answer', async () => {
    const refusal = 'HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 3\r\n\r\nbig'
    const server = await startRaw((socket) => {
      socket.pause()
      socket.write(refusal)
    })
    const { status, body } = await put(server.url, BODY)
    expect([status, body.toString()]).toEqual([413, 'big'])
  })

  test('of one write only ends with its answer, too', async () => {
    const server = await startRaw(() => undefined)
    await expect(put(server.url, Buffer.alloc(1024))).rejects.toThrow('did not answer in time')
  })

  test('ends when the run does', async () => {
    const abort = new AbortController()
    const server = await startRaw((socket) => {
      socket.pause()
      abort.abort(new Error('Ended.'))
    })
    await expect(put(server.url, BODY, { signal: abort.signal })).rejects.toThrow('Ended.')
  })
})
