import { codeOf, Failure, messageOf, type Problem } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import type { ForwardProxy } from './proxy.ts'
import { stallText, type TransferState } from './transfer.ts'

/** What a host is to us: trust in the registry can be changed by more inputs than trust in another. */
export type Role = 'registry' | 'token' | 'other'

/** What is known of the host that a request went to. */
interface HostFacts {
  readonly role: Role
  /** Whether any request to it was answered. */
  readonly hasAnswered: boolean
  /** How far the body was that was on its way. */
  readonly transfer?: TransferState | undefined
}

interface Reason {
  readonly why: string
  readonly fix: string
}

const CHECK_HOST = 'Check the host, and that this machine can reach it.'
const CHECK_OTHER = 'The registry refers to this host: check that this machine can reach it.'
const AGAIN = 'Run it again; if the error persists, check the registry and the proxies in between.'
function trustIt(): string {
  return `Set ${input('ca')} (or NODE_EXTRA_CA_CERTS) to the certificate of the authority that signed it, or install it on this machine`
}
function lastResort(): string {
  return `${input('insecure-skip-tls-verify')} is the last resort`
}
function tryPlain(): string {
  return `If the registry speaks plain http, set ${input('plain-http', 'true')}, or add its host to it.`
}
function tryTls(): string {
  return `If the registry speaks https, do not set ${input('plain-http')} for it.`
}
function tryClient(): string {
  return `If the registry requires a client certificate, set ${input('client-cert')} and ${input('client-key')} to one that it trusts.`
}

const UNKNOWN_AUTHORITY = 'its certificate is signed by an unknown authority'
/** How OpenSSL names bytes that are not TLS. */
const NO_TLS = /^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)$/

const REASONS: Readonly<Record<string, Reason>> = {
  ENOTFOUND: { why: 'host not found', fix: CHECK_HOST },
  EAI_AGAIN: { why: 'the DNS lookup of its name failed', fix: CHECK_HOST },
  ECONNREFUSED: { why: 'the connection was refused', fix: CHECK_HOST },
  EHOSTUNREACH: { why: 'no route to host', fix: CHECK_HOST },
  ENETUNREACH: { why: 'no route to its network', fix: CHECK_HOST },
  UND_ERR_CONNECT_TIMEOUT: { why: 'the connection timed out', fix: CHECK_HOST },
  ETIMEDOUT: { why: 'the connection timed out', fix: CHECK_HOST },
  UND_ERR_HEADERS_TIMEOUT: { why: 'it did not answer in time', fix: AGAIN },
  UND_ERR_BODY_TIMEOUT: { why: 'its response stopped before the end', fix: AGAIN },
  UND_ERR_SOCKET: { why: 'it closed the connection', fix: AGAIN },
  ECONNRESET: { why: 'the connection was reset', fix: AGAIN },
  EPIPE: { why: 'it closed the connection', fix: AGAIN },
  EMFILE: { why: 'this machine has too many open files', fix: 'Raise the limit (`ulimit -n`).' },
  UND_ERR_HEADERS_OVERFLOW: { why: 'its answer has more than 64 KiB of headers', fix: AGAIN },
  CERT_HAS_EXPIRED: { why: 'its certificate has expired', fix: 'Renew the certificate' },
  CERT_NOT_YET_VALID: {
    why: 'its certificate is not valid yet',
    fix: 'Check the clock of this machine'
  }
}

const UNTRUSTED: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  CERT_SIGNATURE_FAILURE: 'the signature of its certificate is wrong'
}

/** Codes of a certificate that was read and not believed: what `insecure-skip-tls-verify` switches off. */
const DATES = ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']

/** Time-outs of a body, or of the answer to it. Others say the same of many charts, and are reported once. */
const STALLS = ['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']

const BROKEN_OFF = ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']

/** How OpenSSL names the alerts of a server that wants another client certificate, or any. */
const CLIENT_ALERT =
  /ALERT_(?:CERTIFICATE_REQUIRED|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|CERTIFICATE_EXPIRED|UNKNOWN_CA|HANDSHAKE_FAILURE)/

/**
 * The failure of a request that got no whole answer: what happened on the way to `url`, and what helps.
 * Its cause is what was thrown, with the code of the system, of OpenSSL or of undici.
 */
export function networkFailure(url: URL, error: unknown, host: HostFacts): Failure {
  const code = networkCode(error)
  const { why, fix } = reasonOf(error, host, url.protocol)
  const shown = code === undefined ? '' : ` (${code})`
  const isStall = code !== undefined && STALLS.includes(code)
  const where = isStall && host.transfer ? `, ${stallText(host.transfer)}` : ''
  return new Failure(
    'registry',
    { message: `${url.host} cannot be reached:`, why: `${why}${where}${shown}.`, fix },
    error
  )
}

/** The failure of the way to a proxy, before it could be asked for anything. */
export function proxyFailure({ url, variable }: ForwardProxy, error: unknown): Failure {
  const code = networkCode(error)
  const { why, fix } = reasonOf(error, { role: 'other', hasAnswered: false }, url.protocol)
  const problem: Problem = {
    message: `The proxy ${url.host} cannot be reached:`,
    why: `${why}${code === undefined ? '' : ` (${code})`}.`,
    fix: UNTRUSTED[code ?? '']
      ? fix
      : `Check the proxy in ${variable}, and that this machine can reach it.`
  }
  return new Failure('registry', problem, error)
}

/** What servers say in clear text, with 400, to http on a port where they speak https. */
const WANTS_TLS = /HTTP request (?:was sent )?to (?:an )?HTTPS/i

/** The failure that a 400 to plain http amounts to, when its body says that https was expected (Go, nginx). */
export function wrongScheme(url: URL, status: number, body: Buffer): Failure | undefined {
  if (url.protocol !== 'http:' || status !== 400) return undefined
  if (!WANTS_TLS.test(body.toString('latin1'))) return undefined
  const message = `${url.host} expects https on that port, but the request was plain http.`
  return new Failure('registry', {
    message,
    fix: `Do not set ${input('plain-http')} for ${url.host}.`
  })
}

/** Whether an error is a server's word on our client certificate. */
export function isAlert(error: unknown): boolean {
  return CLIENT_ALERT.test(networkCode(error) ?? '')
}

/** Whether another set of authorities may make the certificate a trusted one. */
export function isUntrusted(error: unknown): boolean {
  const code = networkCode(error) ?? ''
  // An authority that was renewed under the same key has expired for those who know the old one only.
  return code in UNTRUSTED || code === 'CERT_HAS_EXPIRED'
}

function reasonOf(error: unknown, { role, hasAnswered }: HostFacts, protocol: string): Reason {
  const code = networkCode(error) ?? ''
  const known = NO_TLS.test(code)
    ? { why: 'it does not speak TLS on that port', fix: tryPlain() }
    : (REASONS[code] ?? { why: sentence(messageOf(error)), fix: AGAIN })
  const certificate = certificateReason(code, error, role)
  if (certificate) return certificate
  if (role !== 'registry') return { why: known.why, fix: known.fix === AGAIN ? AGAIN : CHECK_OTHER }
  return (hasAnswered ? undefined : firstReason(code, protocol)) ?? known
}

function certificateReason(code: string, error: unknown, role: Role): Reason | undefined {
  const orSkip = role === 'registry' ? `; ${lastResort()}.` : '.'
  const untrusted = UNTRUSTED[code]
  if (untrusted) return { why: untrusted, fix: `${trustIt()}${orSkip}` }
  const dated = DATES.includes(code) ? REASONS[code] : undefined
  if (dated) return { why: dated.why, fix: `${dated.fix}${orSkip}` }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const fix = `Use the host name of the certificate in ${input('registry')}, or add this name to the certificate${orSkip}`
    return { why: `its certificate is for another host: ${altnamesOf(error)}`, fix }
  }
  if (role !== 'registry' || !CLIENT_ALERT.test(code)) return undefined
  return { why: 'the server aborted the TLS handshake', fix: tryClient() }
}

/**
 * A host that breaks off the first connection may expect the other scheme, or a client certificate: its
 * alert is lost when a reset overtakes it.
 */
function firstReason(code: string, protocol: string): Reason | undefined {
  const known = REASONS[code]
  if (!known || !BROKEN_OFF.includes(code)) return undefined
  return { why: known.why, fix: `${AGAIN} ${protocol === 'http:' ? tryTls() : tryClient()}` }
}

/** Node: "Host: a. is not in the cert's altnames: DNS:b". */
function altnamesOf(error: unknown): string {
  return sentence(
    messageOf(error).replace(/^Hostname\/IP does not match certificate's altnames: /, '')
  )
}

/** Without the full stop that ours will have. */
function sentence(text: string): string {
  return text.trim().replace(/\.$/, '')
}

/** The code of what broke a connection, of the system, of OpenSSL or of undici; undefined where there is none. */
export function networkCode(error: unknown): string | undefined {
  return codeOf(error) ?? codeOf(error instanceof Error ? error.cause : undefined)
}

/** No attempt at a request got one byte of an answer from the host: it is down, or out of reach. */
export class NoAnswer extends Failure {}
