import { withCiLogin } from '../inputs/ci-login.ts'
import type { SecretInputs } from '../inputs/secret-inputs.ts'
import type { SecretRegistry } from '../shared/secret-registry.ts'
import { cleanSecret } from '../shared/secret-text.ts'
import { inEnvironment } from './flags.ts'

/** What GitLab sets in every job of a project with a registry (docs.gitlab.com, "Predefined CI/CD variables"). */
const [REGISTRY, USER, PASSWORD] = ['CI_REGISTRY', 'CI_REGISTRY_USER', 'CI_REGISTRY_PASSWORD']
const SOURCE = `${USER} and ${PASSWORD}`

interface Given {
  readonly flags: ReadonlyMap<string, string>
  readonly environment: NodeJS.ProcessEnv
}

/**
 * Adds the login that GitLab gives its jobs, only for GitLab's registry: it comes behind `registry-auth`, and before the
 * files of the machine. The password leaves the environment. Not where a login is given, or a file of logins that is to be
 * read in place of others.
 */
export function withGitLabLogin(
  inputs: SecretInputs,
  { flags, environment }: Given,
  secrets: SecretRegistry
): SecretInputs {
  const { [REGISTRY]: registry, [USER]: username, [PASSWORD]: text } = environment
  const isGiven =
    flags.has('username') || flags.has('registry-config') || inEnvironment('username', environment)
  if (isGiven || inputs.password || inputs.identityToken) return inputs
  if (!registry || !username || !text) return inputs
  delete environment[PASSWORD]
  const password = secrets.register(cleanSecret(text, PASSWORD).value)
  const login = { registry, username, password, source: SOURCE }
  return { ...inputs, registryAuth: withCiLogin(inputs.registryAuth, login) }
}
