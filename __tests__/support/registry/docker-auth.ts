// Without Jest, so that scripts can start it too.
import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toolPath } from '../../../scripts/tools.mjs'
import type { Identity } from '../network/certificates.ts'
import { ISSUER } from './registry-servers.ts'
import { freePort, type RunningServer, startServer } from './server-processes.ts'

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

type KeyPair = Pick<Identity, 'certFile' | 'keyFile'>

/** A token service that runs: docker_auth, which grants what its users may do below team/. */
export interface DockerAuth extends RunningServer {
  readonly port: number
  /** File of the certificate that its tokens are signed with, for the registry. */
  readonly certificate: string
}

/** Starts docker_auth on a free port of loopback; with `tls`, it speaks https. Its path is `/auth`. */
export async function startDockerAuth(parent: string, tls?: KeyPair): Promise<DockerAuth> {
  const port = await freePort()
  const folder = join(parent, `docker-auth-${port}`)
  await mkdir(folder)
  const signer = makeTokenSigner(folder)
  const path = join(folder, 'auth.json')
  await writeFile(path, JSON.stringify(dockerAuthConfig(`127.0.0.1:${port}`, signer, tls)))
  const server = await startServer(toolPath('dockerAuth'), ['-logtostderr', path], { port })
  return { ...server, port, certificate: signer.certFile }
}

/** The configuration of docker_auth: the two users, and whom it signs as. */
export function dockerAuthConfig(addr: string, signer: KeyPair, tls?: KeyPair): unknown {
  const users = [WRITER, READER].map(({ username, hash }) => [username, { password: hash }])
  return {
    server: { addr, ...(tls && { certificate: tls.certFile, key: tls.keyFile }) },
    token: {
      issuer: ISSUER,
      expiration: 900,
      certificate: signer.certFile,
      key: signer.keyFile,
      // Version 3 knows keys only by their RFC 7638 thumbprint.
      disable_legacy_key_id: true
    },
    users: Object.fromEntries(users),
    acl: [
      { match: { account: WRITER.username, name: '/^team\\/.+/' }, actions: ['pull', 'push'] },
      { match: { account: READER.username, name: '/^team\\/.+/' }, actions: ['pull'] }
    ]
  }
}

/** A key with a self-signed certificate in `folder`, for signing tokens. */
export function makeTokenSigner(folder: string): KeyPair {
  const [keyFile, certFile] = [join(folder, 'token.key'), join(folder, 'token.crt')]
  const files = ['-keyout', keyFile, '-out', certFile]
  const subject = ['-subj', '/CN=test issuer', '-days', '1']
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...subject, ...files], {
    stdio: 'ignore'
  })
  return { keyFile, certFile }
}
