import { type ChildProcess, spawn } from 'node:child_process'
import { type AddressInfo, connect, createServer } from 'node:net'
import { afterAll } from '@jest/globals'
import { toolPath } from '../../scripts/tools.mjs'
import type { Identity } from '../helpers/certificates.ts'
import type { Workspace } from '../helpers/workspace.ts'

export interface TlsRegistryOptions {
  /** `docker-registry` is distribution 2.8, `distribution` is 3. */
  readonly program: 'docker-registry' | 'distribution'
  readonly server?: Identity
  /** File of the authorities whose client certificates it demands. */
  readonly clientAuthority?: string
  /** File of passwords. */
  readonly htpasswd?: string
}

const START_TIMEOUT_MS = 20_000

/** Starts real registries, with TLS where they are given a certificate; stopped at the end of the file. */
export function useTlsRegistries(): (
  workspace: Workspace,
  options: TlsRegistryOptions
) => Promise<string> {
  const start = usePrograms()
  return async (workspace, { program, server, clientAuthority, htpasswd }) => {
    const port = await freePort()
    const tls = server && {
      certificate: server.certFile,
      key: server.keyFile,
      ...(clientAuthority !== undefined && { clientcas: [clientAuthority] })
    }
    const config = {
      version: '0.1',
      log: { level: 'error' },
      storage: { filesystem: { rootdirectory: workspace.path(`storage-${port}`) } },
      http: { addr: `127.0.0.1:${port}`, ...(tls && { tls }) },
      ...(htpasswd !== undefined && { auth: { htpasswd: { realm: 'test', path: htpasswd } } })
    }
    const folder = await workspace.write(`registry-${port}`, {
      'config.json': JSON.stringify(config)
    })
    const file = program === 'distribution' ? toolPath('distribution') : program
    await start(file, ['serve', `${folder}/config.json`], port)
    return `127.0.0.1:${port}`
  }
}

/** Starts programs that serve a port of loopback, and waits until they do; stopped at the end of the file. */
export function usePrograms(): (
  file: string,
  args: readonly string[],
  port: number
) => Promise<void> {
  const children: ChildProcess[] = []
  afterAll(async () => {
    await Promise.all(children.splice(0).map(stop))
  })
  return async (file, args, port) => {
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    children.push(child)
    let log = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        log += text
      })
    }
    const deadline = Date.now() + START_TIMEOUT_MS
    while (Date.now() < deadline && child.exitCode === null) {
      if (await isOpen(port)) return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error(`${file} did not start: ${log}`)
  }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill()
  await ended
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
