import { execFileSync } from 'node:child_process'
import { createServer } from 'node:net'

/** Makes a FIFO, which blocks whoever opens it to read, and says nothing. */
export function makeFifo(path: string): void {
  execFileSync('mkfifo', [path])
}

/** Makes a socket, and gives what removes it. */
export async function makeSocket(path: string): Promise<() => Promise<void>> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(path, resolve))
  return () => new Promise((resolve) => server.close(() => resolve()))
}
