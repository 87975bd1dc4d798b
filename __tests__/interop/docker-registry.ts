import { type ChildProcess, spawn } from 'node:child_process'
import { type AddressInfo, createServer } from 'node:net'
import { afterAll } from '@jest/globals'
import type { Workspace } from '../helpers/workspace.ts'

/** A running `docker-registry` (distribution 2.8) with its storage in a workspace. */
export interface DockerRegistry {
  readonly host: string
  /** What it has logged. */
  log(): string
}

export type AuthConfig =
  | { readonly kind: 'none' }
  /** A password file with bcrypt hashes. */
  | { readonly kind: 'htpasswd'; readonly path: string }
  | { readonly kind: 'token'; readonly realm: string; readonly rootCertBundle: string }

/** The name under which the registry knows itself in tokens, and who signs them. */
export const SERVICE = 'test registry'
export const ISSUER = 'test token service'

const START_TIMEOUT_MS = 20_000

/** Starts registries that are stopped at the end of the file. */
export function useDockerRegistries(): (
  workspace: Workspace,
  auth: AuthConfig
) => Promise<DockerRegistry> {
  const children: ChildProcess[] = []
  afterAll(async () => {
    await Promise.all(children.splice(0).map(stop))
  })
  return async (workspace, auth) => {
    const host = `127.0.0.1:${await freePort()}`
    const folder = await workspace.write(`registry-${host.split(':')[1]}`, {
      'config.json': JSON.stringify(
        config(host, auth, workspace.path(`storage-${host.split(':')[1]}`))
      )
    })
    const child = spawn('docker-registry', ['serve', `${folder}/config.json`], {
      stdio: ['ignore', 'pipe', 'pipe']
    })
    children.push(child)
    let log = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        log += text
      })
    }
    await untilUp(host, child, () => log)
    return { host, log: () => log }
  }
}

function config(host: string, auth: AuthConfig, storage: string): unknown {
  const base = {
    version: '0.1',
    log: { level: 'info' },
    storage: { filesystem: { rootdirectory: storage } },
    http: { addr: host }
  }
  switch (auth.kind) {
    case 'none':
      return base
    case 'htpasswd':
      return { ...base, auth: { htpasswd: { realm: 'test', path: auth.path } } }
    case 'token':
      return {
        ...base,
        auth: {
          token: {
            realm: auth.realm,
            service: SERVICE,
            issuer: ISSUER,
            rootcertbundle: auth.rootCertBundle
          }
        }
      }
  }
}

async function untilUp(host: string, child: ChildProcess, log: () => string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS
  while (Date.now() < deadline && child.exitCode === null) {
    const response = await fetch(`http://${host}/v2/`).catch(() => undefined)
    if (response) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`docker-registry did not start at ${host}: ${log()}`)
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill()
  await ended
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
