// Without Jest, so that scripts can use it too.
import { generateKeyPairSync, sign } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What GitHub states of a run, as in its ID tokens. */
export const CLAIMS = {
  sub: 'repo:acme/charts:ref:refs/heads/main',
  ref: 'refs/heads/main',
  sha: '0123456789abcdef0123456789abcdef01234567',
  repository: 'acme/charts',
  repository_owner: 'acme',
  repository_id: '1001',
  repository_owner_id: '1002',
  repository_visibility: 'public',
  workflow: 'release',
  workflow_ref: 'acme/charts/.github/workflows/release.yml@refs/heads/main',
  workflow_sha: '0123456789abcdef0123456789abcdef01234567',
  job_workflow_ref: 'acme/charts/.github/workflows/release.yml@refs/heads/main',
  job_workflow_sha: '0123456789abcdef0123456789abcdef01234567',
  event_name: 'push',
  runner_environment: 'github-hosted',
  run_id: '42',
  run_number: '7',
  run_attempt: '1'
} as const

/** What lets a job ask an issuer for tokens. */
export const REQUEST_TOKEN = 'request-token-of-the-job-0123456789'

export interface Issuer {
  readonly url: string
  /** As GitHub's runner sets them. */
  readonly variables: Readonly<Record<string, string>>
  /** A token with other claims. */
  token(claims?: Readonly<Record<string, unknown>>): string
  /** The headers of requests for tokens. */
  readonly asked: readonly (string | undefined)[]
  stop(): Promise<void>
}

/** An issuer of ID tokens on loopback that hands them out as GitHub does. */
export async function startIssuer(port = 0): Promise<Issuer> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const asked: (string | undefined)[] = []
  let url = ''
  const token = (claims: Readonly<Record<string, unknown>> = {}) => {
    const now = Math.floor(Date.now() / 1000)
    const times = { iat: now, nbf: now - 60, exp: now + 300, jti: `${now}${asked.length}` }
    const payload = { iss: url, aud: 'sigstore', ...times, ...CLAIMS, ...claims }
    const parts = [{ alg: 'RS256', kid: 'key', typ: 'JWT' }, payload].map((part) => {
      return Buffer.from(JSON.stringify(part)).toString('base64url')
    })
    const signature = sign('sha256', Buffer.from(parts.join('.')), privateKey)
    return [...parts, signature.toString('base64url')].join('.')
  }
  const server: Server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', url)
    const send = (body: unknown, status = 200) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    if (pathname === '/.well-known/openid-configuration') {
      const rest = { response_types_supported: ['id_token'], subject_types_supported: ['public'] }
      const algorithms = { id_token_signing_alg_values_supported: ['RS256'] }
      return send({ issuer: url, jwks_uri: `${url}/jwks`, ...rest, ...algorithms })
    }
    if (pathname === '/jwks') {
      const key = { ...publicKey.export({ format: 'jwk' }), kid: 'key', alg: 'RS256', use: 'sig' }
      return send({ keys: [key] })
    }
    if (pathname !== '/token') return send({}, 404)
    const { authorization } = request.headers
    asked.push(authorization)
    // cosign writes the scheme in lower case.
    if (authorization?.toLowerCase() !== `bearer ${REQUEST_TOKEN}`) return send({}, 401)
    return send({ value: token({ aud: searchParams.get('audience') }) })
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const variables = {
    ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/token?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN
  }
  const stop = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { url, variables, token, asked, stop }
}
