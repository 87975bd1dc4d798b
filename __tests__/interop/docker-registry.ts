import { afterAll } from '@jest/globals'
import {
  type AuthConfig,
  type RegistryKind,
  type RegistryServer,
  startRegistryServer
} from '../support/registry/registry-servers.ts'
import type { Workspace } from '../support/workspace.ts'

export type DockerRegistry = Omit<RegistryServer, 'stop'>
export { type AuthConfig, ISSUER, SERVICE } from '../support/registry/registry-servers.ts'

/** Starts registries of any kind that are stopped at the end of the file. */
export function useRegistryServers(): (
  kind: RegistryKind,
  workspace: Workspace,
  auth?: AuthConfig
) => Promise<DockerRegistry> {
  const servers: RegistryServer[] = []
  afterAll(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()))
  })
  return async (kind, workspace, auth) => {
    const server = await startRegistryServer(kind, workspace.path(), auth && { auth })
    servers.push(server)
    return server
  }
}

/** Starts `docker-registry` (distribution 2.8). */
export function useDockerRegistries(): (
  workspace: Workspace,
  auth: AuthConfig
) => Promise<DockerRegistry> {
  const start = useRegistryServers()
  return (workspace, auth) => start('docker-registry', workspace, auth)
}
