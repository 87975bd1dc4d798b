import { codeOf, Failure, messageOf, type Problem } from '../shared/failure.ts'

interface Reason {
  readonly why: string
  readonly fix: string
}

const CHECK_HOST = 'Check the host in `registry`, and that this machine can reach it.'
const TRUST =
  'Have the registry use a certificate that this machine trusts (NODE_EXTRA_CA_CERTS adds one).'
const TRY_PLAIN = 'If the registry speaks plain http, set `plain-http: true`.'
const AGAIN = 'Run it again; if it stays so, look at the registry and at proxies in between.'

const REASONS: Readonly<Record<string, Reason>> = {
  ENOTFOUND: { why: 'no such host is known', fix: CHECK_HOST },
  EAI_AGAIN: { why: 'its name cannot be looked up', fix: CHECK_HOST },
  ECONNREFUSED: { why: 'the connection was refused', fix: CHECK_HOST },
  EHOSTUNREACH: { why: 'there is no way to the host', fix: CHECK_HOST },
  ENETUNREACH: { why: 'there is no way to its network', fix: CHECK_HOST },
  UND_ERR_CONNECT_TIMEOUT: { why: 'it did not take the connection in time', fix: CHECK_HOST },
  ETIMEDOUT: { why: 'it did not take the connection in time', fix: CHECK_HOST },
  UND_ERR_HEADERS_TIMEOUT: { why: 'it did not answer in time', fix: AGAIN },
  UND_ERR_BODY_TIMEOUT: { why: 'its answer stopped half-way', fix: AGAIN },
  UND_ERR_SOCKET: { why: 'it closed the connection', fix: AGAIN },
  ECONNRESET: { why: 'the connection was reset', fix: AGAIN },
  EPIPE: { why: 'it closed the connection', fix: AGAIN },
  UND_ERR_HEADERS_OVERFLOW: { why: 'its answer has too many headers', fix: AGAIN },
  DEPTH_ZERO_SELF_SIGNED_CERT: { why: 'its certificate is self-signed', fix: TRUST },
  SELF_SIGNED_CERT_IN_CHAIN: {
    why: 'its certificate is signed by an unknown authority',
    fix: TRUST
  },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: {
    why: 'its certificate is signed by an unknown authority',
    fix: TRUST
  },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: {
    why: 'its certificate is signed by an unknown authority',
    fix: TRUST
  },
  CERT_HAS_EXPIRED: {
    why: 'its certificate has expired',
    fix: 'Renew the certificate of the registry.'
  },
  ERR_TLS_CERT_ALTNAME_INVALID: { why: 'its certificate is for another host', fix: CHECK_HOST },
  ERR_SSL_WRONG_VERSION_NUMBER: { why: 'it does not speak TLS on that port', fix: TRY_PLAIN },
  ERR_SSL_PACKET_LENGTH_TOO_LONG: { why: 'it does not speak TLS on that port', fix: TRY_PLAIN }
}

/** The failure of a request that got no whole answer: what happened on the way to `url`, and what helps. */
export function networkFailure(url: URL, error: unknown): Failure {
  const code = codeOf(error) ?? codeOf(causeOf(error))
  const known = code === undefined ? undefined : REASONS[code]
  const why = known?.why ?? messageOf(error)
  const problem: Problem = {
    message: `${url.host} cannot be reached: ${why}${code === undefined ? '' : ` (${code})`}.`,
    fix: known?.fix ?? AGAIN
  }
  return new Failure('registry', problem, error)
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined
}
