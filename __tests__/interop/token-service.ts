import { afterAll } from '@jest/globals'
import {
  startTokenServer,
  type TokenServer,
  type TokenService,
  type User
} from '../support/registry/token-server.ts'
import type { Workspace } from '../support/workspace.ts'

export type { TokenService, User } from '../support/registry/token-server.ts'

/** Starts token services that are stopped at the end of the file. */
export function useTokenServices(): (
  workspace: Workspace,
  users: readonly User[]
) => Promise<TokenService> {
  const servers: TokenServer[] = []
  afterAll(() => {
    for (const server of servers.splice(0)) server.stop()
  })
  return async (workspace, users) => {
    const server = await startTokenServer(workspace.path(), users)
    servers.push(server)
    return server
  }
}
