// A MariaDB with the tables of Trillian: Debian's mariadb-server-core is enough.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  freePort,
  type RunningServer,
  startServer
} from '../../__tests__/support/registry/server-processes.ts'
import { isOnPath, toolOf } from '../tools.mjs'

const PROGRAM = 'mariadbd'
const DATABASE = 'trillian'

export interface MariaDb extends RunningServer {
  /** As Go's driver takes it. */
  readonly uri: string
}

/** Starts a new database with its files in `folder`; everybody on this machine may use it. */
export async function startMariaDb(folder: string): Promise<MariaDb> {
  if (!isOnPath(PROGRAM)) {
    throw new Error(`${PROGRAM} is needed; on Debian: apt-get install mariadb-server-core`)
  }
  mkdirSync(folder, { recursive: true })
  const args = ['--no-defaults', `--datadir=${folder}`, '--skip-grant-tables']
  // It refuses to be root unless it is told so.
  if (process.getuid?.() === 0) args.push('--user=root')
  const input = `CREATE DATABASE ${DATABASE};\nUSE ${DATABASE};\n${tables()}`
  execFileSync(PROGRAM, [...args, '--bootstrap'], { input, stdio: 'pipe' })
  const port = await freePort()
  const serve = ['--bind-address=127.0.0.1', `--port=${port}`]
  const files = [`--socket=${join(folder, 'socket')}`, `--pid-file=${join(folder, 'pid')}`]
  const server = await startServer(PROGRAM, [...args, ...serve, ...files], { port })
  return { ...server, uri: `any:any@tcp(127.0.0.1:${port})/${DATABASE}` }
}

/** Those of the version of Trillian that is used, out of its module. */
function tables(): string {
  const { go, version } = toolOf('trillianServer')
  const args = ['mod', 'download', '-json', `${go?.module}@${version}`]
  const { Dir: folder } = JSON.parse(execFileSync('go', args, { encoding: 'utf8' }))
  return readFileSync(join(folder, 'storage/mysql/schema/storage.sql'), 'utf8')
}
