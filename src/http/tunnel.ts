import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type Socket } from 'node:net'
import { Failure } from '../shared/failure.ts'
import { basicValue } from './basic-login.ts'
import { serverNameOf } from './connect-socket.ts'
import { proxyFailure } from './network-failure.ts'
import { type Address, defaultPort, type ForwardProxy } from './proxy.ts'
import type { TrustOptions } from './tls-options.ts'

interface TunnelOptions {
  /** How the proxy itself is trusted, when it speaks https. */
  readonly trust: TrustOptions
  /** For the connection to the proxy and its answer. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/**
 * Has a proxy connect to `target` (RFC 9110, 9.3.6 CONNECT), also for plain http: a proxy that is sent
 * whole requests would read the credentials in them. The login of the proxy goes no further than there.
 * @throws Failure auth, when the proxy wants a login or another one; registry, when there is no tunnel
 */
export function openTunnel(
  proxy: ForwardProxy,
  target: Address,
  options: TunnelOptions
): Promise<Socket> {
  const { hostname, port, protocol } = target
  const host = isIP(hostname) === 6 ? `[${hostname}]` : hostname
  const authority = `${host}:${port || defaultPort(protocol)}`
  return new Promise((resolve, reject) => {
    // Whoever comes later would begin a request without a login, which is wiped by then, and leave it to itself.
    options.signal.throwIfAborted()
    const request = connectRequest(proxy, authority, options)
    const timer = setTimeout(() => request.destroy(timedOut()), options.timeoutMs)
    const settle = () => clearTimeout(timer)
    request.once('connect', (response: IncomingMessage, socket: Socket) => {
      settle()
      const { statusCode = 0 } = response
      if (statusCode >= 200 && statusCode < 300) return resolve(socket)
      socket.destroy()
      reject(refusedTunnel(proxy, authority, response))
    })
    request.once('error', (error) => {
      settle()
      reject(proxyFailure(proxy, error))
    })
    request.end()
  })
}

function connectRequest(
  { url, login }: ForwardProxy,
  authority: string,
  { trust, signal }: TunnelOptions
): ClientRequest {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const options = {
    method: 'CONNECT',
    host,
    port: url.port || defaultPort(url.protocol),
    path: authority,
    headers: { host: authority },
    agent: false,
    signal
  }
  // Without it Node would take the name from the Host header, which is that of the target.
  const servername = serverNameOf(host)
  const isPlain = url.protocol === 'http:'
  const authorization = login && basicValue(login)
  const request = isPlain
    ? httpRequest(options)
    : httpsRequest({ ...options, ...trust, servername })
  // Not among the options: NODE_DEBUG=http prints them.
  if (authorization) request.setHeader('proxy-authorization', authorization)
  return request
}

function timedOut(): Error {
  return Object.assign(new Error('no tunnel in time'), { code: 'ETIMEDOUT' })
}

function refusedTunnel(
  { url, login, variable }: ForwardProxy,
  authority: string,
  { statusCode = 0, statusMessage = '' }: IncomingMessage
): Failure {
  const said = `${statusCode} ${statusMessage}`.trim()
  const message = `The proxy ${url.host} rejected the CONNECT request to ${authority}:`
  const why = `${said}.`
  if (statusCode === 407) {
    const fix = login
      ? `Check the user and the password in ${variable}.`
      : `Add the login of the proxy to ${variable}: http://USER:PASSWORD@${url.host}.`
    return new Failure('auth', { message, why, fix })
  }
  const fix =
    statusCode >= 500
      ? `Check the host, and that the proxy can reach it; to reach the host without the proxy, add it to NO_PROXY.`
      : `Allow CONNECT to ${authority} in the proxy, or add the host to NO_PROXY.`
  // A proxy that cannot reach the host now may reach it in a moment.
  const isPassing = statusCode >= 500 && statusCode !== 501
  const cause = isPassing ? Object.assign(new Error(said), { code: 'ERR_PROXY_TUNNEL' }) : undefined
  return new Failure('registry', { message, why, fix }, cause)
}
