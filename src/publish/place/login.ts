import type { Credential } from '../../oci/login/credential.ts'
import { findCredential } from '../../oci/login/find-credential.ts'
import type { Repository } from '../../oci/spec/reference.ts'
import type { RunContext } from '../context.ts'
import type { PublishRequest } from '../inputs/inputs.ts'

/** What a request says of logins. */
export type LoginRequest = Pick<
  PublishRequest,
  'credential' | 'registryAuth' | 'registryConfig' | 'plainHttpHosts'
>

export type LoginContext = Omit<RunContext, 'folder'>

/** The credential for a repository, from the inputs or from the user's files. @throws Failure */
export function findLogin(
  repository: Repository,
  request: LoginRequest,
  context: LoginContext
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
