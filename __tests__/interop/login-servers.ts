import { execFileSync } from 'node:child_process'
import { toolPath } from '../../scripts/tools.mjs'
import { freePort } from '../helpers/server-processes.ts'
import type { Workspace } from '../helpers/workspace.ts'
import { usePrograms } from './programs.ts'

/** A user with a bcrypt hash that begins with `$2a$`, which is what Go's servers take. */
export interface HashedUser {
  readonly username: string
  readonly password: string
  readonly hash: string
}

/** May pull and push below team/. */
export const WRITER: HashedUser = {
  username: 'ci',
  password: 'pa"ss & <wörd>',
  hash: '$2a$05$eZLUaUYGAv58lQouqEdgDuG6b0RIvrTBX0zGwOVgbDujRTVgDBtC6'
}

/** May pull below team/. */
export const READER: HashedUser = {
  username: 'reader',
  password: 'reader-password',
  hash: '$2a$05$abcdefghijklmnopqrstuuMuUSIug2fA.aFg27vpC2R8WRma0BnOy'
}

/** Real registries that want a login, all with the same two users; they are stopped at the end of the file. */
export function useServers(): LoginServers {
  return new LoginServers(usePrograms())
}

export class LoginServers {
  readonly #start: ReturnType<typeof usePrograms>

  constructor(start: ReturnType<typeof usePrograms>) {
    this.#start = start
  }

  /** olareg, with a password file or a token service of its own. Returns its host. */
  async olareg(workspace: Workspace, auth: '--auth-basic' | '--auth-token-opaque') {
    const port = await freePort()
    const host = `127.0.0.1:${port}`
    const folder = await workspace.write(`olareg-${port}`, { 'auth.yaml': olaregUsers() })
    const listen = ['--addr', '127.0.0.1', '--port', String(port), '--store-type', 'mem']
    const url = ['--external-url', `http://${host}`]
    const args = ['serve', ...listen, ...url, auth, `${folder}/auth.yaml`]
    await this.#start(toolPath('olareg'), args, port)
    return host
  }

  /** distribution v3 behind docker_auth. Returns the registry's host. */
  async distribution(workspace: Workspace) {
    const [authPort, port] = [await freePort(), await freePort()]
    const [auth, host] = [`127.0.0.1:${authPort}`, `127.0.0.1:${port}`]
    const folder = await workspace.write(`distribution-${port}`, {
      'auth.json': JSON.stringify(dockerAuthConfig(auth, workspace.path())),
      'registry.json': JSON.stringify(distributionConfig(host, auth, workspace.path()))
    })
    makeCertificate(workspace)
    const logging = ['-logtostderr']
    await this.#start(toolPath('dockerAuth'), [...logging, `${folder}/auth.json`], authPort)
    await this.#start(toolPath('distribution'), ['serve', `${folder}/registry.json`], port)
    return host
  }
}

const SERVICE = 'test registry'
const ISSUER = 'test issuer'

function olaregUsers(): string {
  const users = Object.fromEntries(
    [WRITER, READER].map((user) => [user.username, { cred: user.hash }])
  )
  const acl = (user: HashedUser, access: readonly string[]) => ({
    repo: 'team/*',
    members: [user.username],
    access
  })
  // What `login` of other clients asks for, `/v2/`, has the empty name here.
  const ping = { repo: '', members: [WRITER.username, READER.username], access: ['read'] }
  return JSON.stringify({
    users,
    acls: [ping, acl(WRITER, ['read', 'write']), acl(READER, ['read'])]
  })
}

function dockerAuthConfig(addr: string, folder: string): unknown {
  const users = [WRITER, READER].map(({ username, hash }) => [username, { password: hash }])
  return {
    server: { addr },
    token: {
      issuer: ISSUER,
      expiration: 900,
      certificate: `${folder}/token.crt`,
      key: `${folder}/token.key`,
      // Version 3 knows keys by their RFC 7638 thumbprint alone.
      disable_legacy_key_id: true
    },
    users: Object.fromEntries(users),
    acl: [
      { match: { account: WRITER.username, name: '/^team\\/.+/' }, actions: ['pull', 'push'] },
      { match: { account: READER.username, name: '/^team\\/.+/' }, actions: ['pull'] }
    ]
  }
}

function distributionConfig(host: string, auth: string, folder: string): unknown {
  const token = {
    realm: `http://${auth}/auth`,
    service: SERVICE,
    issuer: ISSUER,
    rootcertbundle: `${folder}/token.crt`
  }
  return {
    version: '0.1',
    log: { level: 'warn' },
    storage: { filesystem: { rootdirectory: `${folder}/storage` } },
    http: { addr: host, secret: 'of this test' },
    auth: { token }
  }
}

function makeCertificate(workspace: Workspace): void {
  const files = ['-keyout', workspace.path('token.key'), '-out', workspace.path('token.crt')]
  const subject = ['-subj', '/CN=test issuer', '-days', '1']
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...subject, ...files], {
    stdio: 'ignore'
  })
}
