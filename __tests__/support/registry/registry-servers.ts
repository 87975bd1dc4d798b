// Without Jest, so that scripts can start them too.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toolPath } from '../../../scripts/tools.mjs'
import type { Identity } from '../network/certificates.ts'
import { freePort, type RunningServer, startServer } from './server-processes.ts'

/** A running registry with its storage in a folder of the test. */
export interface RegistryServer extends RunningServer {
  readonly host: string
  /** Where its files are. */
  readonly folder: string
}

/** distribution 2.8 (of Debian) and 3, olareg, and `crane registry serve`, which knows no logins. */
export const REGISTRY_KINDS = ['docker-registry', 'distribution', 'olareg', 'crane'] as const
export type RegistryKind = (typeof REGISTRY_KINDS)[number]

export type AuthConfig =
  | { readonly kind: 'none' }
  /** A password file with bcrypt hashes. */
  | { readonly kind: 'htpasswd'; readonly path: string }
  | {
      readonly kind: 'token'
      readonly realm: string
      readonly rootCertBundle: string
      /** `SERVICE` unless given. */
      readonly service?: string
    }

export interface RegistryServerOptions {
  readonly auth?: AuthConfig
  /** Makes it speak https. Only for distribution, of either version. */
  readonly tls?: Pick<Identity, 'certFile' | 'keyFile'>
}

/** The name under which the registry knows itself in tokens, and who signs them. */
export const SERVICE = 'test registry'
export const ISSUER = 'test token service'

interface Command {
  readonly file: string
  readonly args: readonly string[]
}

/** Starts a registry on a free port of loopback, with its files in a new folder within `parent`. */
export async function startRegistryServer(
  kind: RegistryKind,
  parent: string,
  { auth = { kind: 'none' }, tls }: RegistryServerOptions = {}
): Promise<RegistryServer> {
  const port = await freePort()
  const host = `127.0.0.1:${port}`
  const folder = join(parent, `${kind}-${port}`)
  await mkdir(folder, { recursive: true })
  const { file, args } = await commandFor(kind, { host, port, folder, auth, tls })
  const environment = { PATH: process.env['PATH'], HOME: folder, OTEL_TRACES_EXPORTER: 'none' }
  return { host, folder, ...(await startServer(file, args, { port, environment })) }
}

interface Place {
  readonly host: string
  readonly port: number
  readonly folder: string
  readonly auth: AuthConfig
  readonly tls: RegistryServerOptions['tls']
}

async function commandFor(kind: RegistryKind, place: Place): Promise<Command> {
  const { host, port, folder, auth } = place
  if (kind === 'crane') {
    return { file: toolPath('crane'), args: ['registry', 'serve', '--address', host] }
  }
  if (kind === 'olareg') {
    const at = ['--addr', '127.0.0.1', '--port', String(port), '--dir', folder]
    const serve = ['serve', '--api-delete', ...at]
    const login = auth.kind === 'htpasswd' ? ['--auth-basic', await olaregAuth(folder, auth)] : []
    return { file: toolPath('olareg'), args: [...serve, ...login] }
  }
  const path = join(folder, 'config.json')
  await writeFile(path, JSON.stringify(distributionConfig(place)))
  const file = kind === 'distribution' ? toolPath('distribution') : 'docker-registry'
  return { file, args: ['serve', path] }
}

function distributionConfig({ host, folder, auth, tls }: Place): unknown {
  const certificate = tls && { tls: { certificate: tls.certFile, key: tls.keyFile } }
  const base = {
    version: '0.1',
    log: { level: 'info' },
    storage: {
      filesystem: { rootdirectory: join(folder, 'storage') },
      delete: { enabled: true }
    },
    http: { addr: host, secret: 'of tests', ...certificate }
  }
  switch (auth.kind) {
    case 'none':
      return base
    case 'htpasswd':
      return { ...base, auth: { htpasswd: { realm: 'test', path: auth.path } } }
    case 'token': {
      const { realm, rootCertBundle: rootcertbundle, service = SERVICE } = auth
      const token = { realm, service, issuer: ISSUER, rootcertbundle }
      return { ...base, auth: { token } }
    }
  }
}

/** olareg reads the users of a password file from YAML of its own, which JSON is as well. */
async function olaregAuth(
  folder: string,
  { path }: Extract<AuthConfig, { kind: 'htpasswd' }>
): Promise<string> {
  const lines = (await readFile(path, 'utf8')).trim().split('\n')
  const users = lines.map((line) => line.split(':'))
  const names = users.map(([name]) => name)
  const config = {
    users: Object.fromEntries(users.map(([name, cred]) => [name, { cred }])),
    groups: { all: { members: names } },
    acls: ['', '*'].map((repo) => ({
      repo,
      members: ['all'],
      access: ['read', 'write', 'delete']
    }))
  }
  const file = join(folder, 'auth.json')
  await writeFile(file, JSON.stringify(config))
  return file
}
