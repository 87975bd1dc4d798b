import { toolPath } from '../../scripts/tools.mjs'
import {
  dockerAuthConfig,
  type HashedUser,
  makeTokenSigner,
  READER,
  WRITER
} from '../support/registry/docker-auth.ts'
import { ISSUER, SERVICE } from '../support/registry/registry-servers.ts'
import { freePort } from '../support/registry/server-processes.ts'
import type { Workspace } from '../support/workspace.ts'
import { usePrograms } from './programs.ts'

export { type HashedUser, READER, WRITER } from '../support/registry/docker-auth.ts'

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
    const signer = makeTokenSigner(workspace.path())
    const folder = await workspace.write(`distribution-${port}`, {
      'auth.json': JSON.stringify(dockerAuthConfig(auth, signer)),
      'registry.json': JSON.stringify(distributionConfig(host, auth, workspace.path()))
    })
    const logging = ['-logtostderr']
    await this.#start(toolPath('dockerAuth'), [...logging, `${folder}/auth.json`], authPort)
    await this.#start(toolPath('distribution'), ['serve', `${folder}/registry.json`], port)
    return host
  }
}

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
