import { afterAll } from '@jest/globals'
import { type RunningServer, startServer } from '../support/registry/server-processes.ts'

/** Starts programs that serve a port of loopback, and waits until they do; stopped at the end of the file. */
export function usePrograms(): (
  file: string,
  args: readonly string[],
  port: number
) => Promise<void> {
  const servers: RunningServer[] = []
  afterAll(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()))
  })
  return async (file, args, port) => {
    servers.push(await startServer(file, args, { port }))
  }
}
