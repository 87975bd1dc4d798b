// A real Rekor v1: its server, Trillian's two, and their database.
import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  freePort,
  type RunningServer,
  startServer
} from '../../__tests__/support/registry/server-processes.ts'
import type { SigstoreStand } from '../../__tests__/support/sigstore/stand.ts'
import { toolPath } from '../tools.mjs'
import { startMariaDb } from './maria-db.ts'

const LOG_NAME = 'rekor1-local'

export interface RekorV1 {
  readonly url: URL
  stop(): Promise<void>
}

export async function startRekorV1(folder: string): Promise<RekorV1> {
  const running: RunningServer[] = []
  const stop = async () => {
    for (const server of running.splice(0).reverse()) await server.stop()
  }
  try {
    const database = await startMariaDb(join(folder, 'mariadb'))
    running.push(database)
    const log = await startTrillian(database.uri, running)
    return { url: await startRekor(log, running), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The port of the log's server. */
async function startTrillian(uri: string, running: RunningServer[]): Promise<number> {
  const storage = [`--mysql_uri=${uri}`, '--storage_system=mysql', '--quota_system=noop']
  const start = async (tool: string, more: readonly string[] = []) => {
    const [port, web] = [await freePort(), await freePort()]
    const at = [`--rpc_endpoint=127.0.0.1:${port}`, `--http_endpoint=127.0.0.1:${web}`]
    running.push(await startServer(toolPath(tool), [...storage, ...at, ...more], { port: web }))
    return port
  }
  const port = await start('trillianServer')
  await start('trillianSigner', ['--force_master', '--sequencer_interval=200ms'])
  return port
}

async function startRekor(log: number, running: RunningServer[]): Promise<URL> {
  const port = await freePort()
  const serve = ['serve', '--host', '127.0.0.1', '--port', `${port}`, '--enable_retrieve_api=false']
  const key = ['--rekor_server.hostname', LOG_NAME, '--rekor_server.signer', 'memory']
  const trillian = ['--trillian_log_server.address=127.0.0.1', `--trillian_log_server.port=${log}`]
  const args = [...serve, ...key, ...trillian]
  running.push(await startServer(toolPath('rekorV1'), args, { port }))
  return new URL(`http://127.0.0.1:${port}`)
}

/** The trusted root of the stand, with this log in place of its own. */
export async function trustedRootWith(
  rekor: URL,
  { fulcio, timestamp }: SigstoreStand,
  keys: string
): Promise<string> {
  const key = await fetch(new URL('/api/v1/log/publicKey', rekor))
  await writeFile(join(keys, 'rekor1.pub'), await key.text())
  const out = join(keys, 'trusted-root-v1.json')
  const start = 'start-time=2020-01-01T00:00:00Z'
  const args = [
    ['trusted-root', 'create', '--out', out],
    [`--fulcio=url=${fulcio.origin},certificate-chain=root.pem`],
    [`--ctfe=url=http://ct.local,public-key=ct.pub,${start}`],
    [`--tsa=url=${timestamp.href},certificate-chain=tsa.pem`],
    [`--rekor=url=http://${LOG_NAME},public-key=rekor1.pub,${start}`]
  ]
  execFileSync(toolPath('cosign'), args.flat(), { cwd: keys, stdio: 'pipe' })
  return out
}
