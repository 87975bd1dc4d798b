import { isIP, type LookupFunction, connect as netConnect, type Socket } from 'node:net'
import { busySignal } from '../shared/abort-signal.ts'
import { defaultPort } from './proxy.ts'
import type { TrustOptions } from './tls-options.ts'

/** Where a connection leads, as undici names it. */
export interface SocketTarget {
  readonly protocol: string
  /** With its port, where that is not the one of the protocol. */
  readonly host?: string | undefined
  readonly hostname: string
  readonly port: string
}

export interface SocketOptions {
  readonly trust: TrustOptions
  readonly timeoutMs: number
  /** Ends the connection, also one that is being made. */
  readonly signal: AbortSignal
  /** Names to addresses; that of Node unless given. */
  readonly lookup?: LookupFunction | undefined
  /** A connection through a proxy, over which TLS is spoken. */
  readonly tunnel?: Socket | undefined
  /** Sessions of TLS by host, so that later connections need less work of both sides. */
  readonly sessions: Map<string, Buffer>
}

/** As undici has it, for a server that has gone without a word. */
const KEEP_ALIVE_MS = 60_000
/** As undici has it: uploads are written in as large pieces. */
const PLAIN_BUFFER_BYTES = 64 * 1024

/**
 * Opens a connection; for https, verifies the host. undici has the same, but loading it takes 30 ms or more, and a
 * connection need not wait for that.
 * @throws what Node gives for it; an error with the code UND_ERR_CONNECT_TIMEOUT when it takes too long
 */
export async function connectSocket(target: SocketTarget, options: SocketOptions): Promise<Socket> {
  const isTls = target.protocol === 'https:'
  const socket = isTls ? await tlsSocket(target, options) : plainSocket(target, options)
  socket.setKeepAlive(true, KEEP_ALIVE_MS).setNoDelay(true)
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => socket.destroy(timedOut(target)), options.timeoutMs)
    socket.once(isTls ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer)
      socket.off('error', reject)
      resolve(socket)
    })
    socket.once('error', reject).once('close', () => {
      clearTimeout(timer)
      // Without an error, as when what is below TLS was closed on this side.
      reject(closed(target))
    })
  })
}

function plainSocket(target: SocketTarget, options: SocketOptions): Socket {
  // @types/node does not know the option, which Node hands on to the stream.
  const settings = { ...addressOf(target, options), highWaterMark: PLAIN_BUFFER_BYTES }
  return netConnect(settings)
}

async function tlsSocket(target: SocketTarget, options: SocketOptions): Promise<Socket> {
  const { connect } = await import('node:tls')
  const { sessions, tunnel, trust } = options
  const address = addressOf(target, options)
  const key = `${address.host}:${address.port}`
  const session = sessions.get(key)
  const socket = connect({
    ...address,
    ...trust,
    servername: serverNameOf(address.host),
    ALPNProtocols: ['http/1.1'],
    ...(session && { session }),
    ...(tunnel && { socket: tunnel })
  })
  return socket.on('session', (latest) => sessions.set(key, latest))
}

function addressOf({ hostname, port, protocol }: SocketTarget, options: SocketOptions) {
  const { signal, lookup } = options
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || defaultPort(protocol)),
    signal: busySignal(signal),
    ...(lookup && { lookup })
  }
}

/**
 * What a server chooses its certificate by (RFC 6066, 3): no address, and no final dot, for which servers in Go refuse
 * the handshake; Go leaves it out as well.
 */
export function serverNameOf(host: string): string {
  return isIP(host) === 0 ? host.replace(/\.$/, '') : ''
}

function closed({ hostname }: SocketTarget): Error {
  const error = new Error(`the connection to ${hostname} was closed`)
  return Object.assign(error, { code: 'ECONNRESET' })
}

function timedOut({ hostname }: SocketTarget): Error {
  const error = new Error(`no connection to ${hostname} in time`)
  return Object.assign(error, { code: 'UND_ERR_CONNECT_TIMEOUT' })
}
