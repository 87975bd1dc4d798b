// Without Jest, so that scripts can start it too.
import { execFileSync } from 'node:child_process'
import { randomUUID, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { ISSUER, SERVICE } from './registry-servers.ts'

/** Which actions a user has on which repositories; names beginning with the prefix. */
export interface User {
  readonly username: string
  readonly password: string
  readonly prefix: string
  readonly actions: readonly string[]
}

export interface TokenService {
  readonly realm: string
  /** PEM file to give to the registry as rootcertbundle. */
  readonly certificate: string
  /** The `authorization` headers that came in. */
  readonly authorizations: readonly (string | undefined)[]
}

export interface TokenServer extends TokenService {
  stop(): void
}

interface Access {
  readonly type: string
  readonly name: string
  readonly actions: readonly string[]
}

/** Starts a token service by distribution's token specification: it signs JWTs with a key of its own in `folder`. */
export async function startTokenServer(
  folder: string,
  users: readonly User[]
): Promise<TokenServer> {
  const signer = makeSigner(folder)
  const authorizations: (string | undefined)[] = []
  const server = createServer((request, response) => {
    authorizations.push(request.headers.authorization)
    answer(request, response, { users, signer })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    realm: `http://127.0.0.1:${port}/token`,
    certificate: signer.certificate,
    authorizations,
    stop: () => {
      server.closeAllConnections()
      server.close()
    }
  }
}

interface Signer {
  readonly key: string
  readonly certificate: string
  /** DER in base64, for the x5c header of the token. */
  readonly chain: readonly string[]
}

function makeSigner(folder: string): Signer {
  const keyFile = join(folder, 'token-key.pem')
  const certificate = join(folder, 'token-cert.pem')
  const subject = ['-subj', '/CN=test token service', '-days', '1']
  const files = ['-keyout', keyFile, '-out', certificate]
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...subject, ...files], {
    stdio: 'ignore'
  })
  const der = readFileSync(certificate, 'utf8').replace(/-----[^-]+-----|\s/g, '')
  return { key: readFileSync(keyFile, 'utf8'), certificate, chain: [der] }
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { users, signer }: { readonly users: readonly User[]; readonly signer: Signer }
): void {
  const { searchParams } = new URL(request.url ?? '', 'http://token.test')
  const user = users.find(({ username, password }) => {
    const pair = Buffer.from(`${username}:${password}`).toString('base64')
    return request.headers.authorization === `Basic ${pair}`
  })
  if (!user) {
    response.writeHead(401).end('Auth failed.')
    return
  }
  const access = searchParams.getAll('scope').map((scope) => grant(scope, user))
  const token = makeToken(signer, searchParams.get('service') ?? '', access)
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ token }))
}

function grant(scope: string, user: User): Access {
  const [type = '', name = '', actions = ''] = scope.split(':')
  const mine = name.startsWith(user.prefix)
  return {
    type,
    name,
    actions: mine ? actions.split(',').filter((action) => user.actions.includes(action)) : []
  }
}

function makeToken({ key, chain }: Signer, audience: string, access: readonly Access[]): string {
  if (audience !== SERVICE) throw new Error(`a token was asked for the service "${audience}"`)
  const now = Math.floor(Date.now() / 1000)
  const header = { typ: 'JWT', alg: 'RS256', x5c: chain }
  const claims = {
    iss: ISSUER,
    aud: audience,
    sub: 'test',
    nbf: now - 10,
    iat: now,
    exp: now + 300,
    jti: randomUUID(),
    access
  }
  const text = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), key).toString('base64url')}`
}
