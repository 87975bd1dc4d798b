// Without Jest, so that scripts can start them too.
import { type ChildProcess, spawn } from 'node:child_process'
import { type AddressInfo, connect, createServer } from 'node:net'

/** A program that serves a port of loopback. */
export interface RunningServer {
  /** What it has logged. */
  log(): string
  stop(): Promise<void>
}

export interface ServerPlace {
  readonly port: number
  /** That of the tests unless given. */
  readonly environment?: NodeJS.ProcessEnv
}

const START_TIMEOUT_MS = 20_000

/** Starts a program, and waits until it serves its port. */
export async function startServer(
  file: string,
  args: readonly string[],
  { port, environment = process.env }: ServerPlace
): Promise<RunningServer> {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], env: environment })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text
    })
  }
  const deadline = Date.now() + START_TIMEOUT_MS
  while (Date.now() < deadline && child.exitCode === null) {
    if (await isOpen(port)) return { log: () => log, stop: () => stop(child) }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  await stop(child)
  throw new Error(`${file} did not start at port ${port}: ${log}`)
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
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill()
  await ended
}
