import type { CommandContext } from '../../shared/command-context.ts'
import type { Repository } from '../spec/reference.ts'
import type { Credential } from './credential.ts'
import { findCredential } from './find-credential.ts'
import type { RegistryAuth } from './registry-auth.ts'

/** What a request says of logins. */
export interface LoginRequest {
  /** The one that was given for the registries of the run. */
  readonly credential: Credential | undefined
  readonly registryAuth: RegistryAuth | undefined
  /** File to look for logins in, in place of the user's own. */
  readonly registryConfig: string | undefined
  /** Hosts that speak http instead of https. */
  readonly plainHttpHosts: readonly string[]
}

/** The credential for a repository, from the inputs or from the user's files. @throws Failure */
export function findLogin(
  repository: Repository,
  request: LoginRequest,
  context: CommandContext
): Promise<Credential | undefined> {
  const { credential, registryAuth, registryConfig, plainHttpHosts } = request
  const { environment, homeFolder } = context
  const home = {
    environment,
    folder: homeFolder,
    platform: process.platform,
    userId: process.getuid?.()
  }
  const sources = { explicit: credential, registryAuth, configFile: registryConfig, home }
  const plainHttp = plainHttpHosts.includes(repository.host)
  return findCredential({ repository, plainHttp }, sources, context)
}
