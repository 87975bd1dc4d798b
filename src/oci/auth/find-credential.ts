import type { CommandContext } from '../../shared/command-context.ts'
import type { Logger } from '../../shared/logger.ts'
import type { SecretRegistry } from '../../shared/secret-registry.ts'
import type { Repository } from '../spec/reference.ts'
import { configPlaces, type Home, homeOf, readPlace } from './config-files.ts'
import type { Credential } from './credential.ts'
import { askHelper, environmentForHelper } from './credential-helper.ts'
import { type DockerConfig, helperFor, loginIn } from './docker-config.ts'
import { canonicalHost, helperKey, type KeySearch, namesHost } from './host-key.ts'
import { credentialFor, type RegistryAuth } from './registry-auth-keys.ts'

/** All that a credential for a repository may come from. */
interface CredentialSources {
  /** Given for the one registry of the run; beats all others. */
  readonly explicit: Credential | undefined
  readonly registryAuth: RegistryAuth | undefined
  /** A file to look at in place of the user's own. */
  readonly configFile: string | undefined
  readonly home: Home
}

interface SearchContext {
  readonly secrets: SecretRegistry
  readonly logger: Logger
  readonly signal: AbortSignal
}

/**
 * The first credential for the repository: explicit, by host and path from `registry-auth`, then from the files
 * in the order of `configPlaces`. Undefined: go on without one. Says where it comes from.
 * @throws Failure usage, for a file that cannot be parsed; auth, when a credential helper fails
 */
export async function findCredential(
  search: KeySearch,
  sources: CredentialSources,
  context: SearchContext
): Promise<Credential | undefined> {
  const { explicit, registryAuth, configFile, home } = sources
  if (explicit) return explicit
  const { repository, plainHttp } = search
  const host = canonicalHost(repository.host, plainHttp) ?? repository.host
  const place = { host: repository.host, path: repository.name, plainHttp }
  const given = registryAuth && credentialFor(registryAuth, place)
  if (given) return logged(given, host, context)
  for (const place of configPlaces(configFile, home)) {
    const config = await readPlace(place, context.signal)
    const found = config && (await credentialIn(config, search, { ...context, host, home }))
    if (found) return logged(found, host, context)
  }
  context.logger.debug(`No login found for ${host}; continuing without one.`)
  return undefined
}

interface FileContext extends SearchContext {
  readonly host: string
  readonly home: Home
}

async function credentialIn(
  config: DockerConfig,
  search: KeySearch,
  context: FileContext
): Promise<Credential | undefined> {
  const helper = helperFor(config, search)
  const found =
    helper &&
    (await askHelper(helper.suffix, {
      ...context,
      server: helperKey(context.host),
      source: `${config.place}, ${helper.setting}`,
      environment: environmentForHelper(helper.suffix, context.home.environment)
    }))
  return found ?? loginIn(config, search, context)
}

function logged(found: Credential, host: string, { logger }: SearchContext): Credential {
  logger.info(`The login for ${host} comes from ${found.source}.`)
  return found
}

/** What a request says of logins. */
export interface LoginRequest {
  /** The one that was given for the registries of the run. */
  readonly credential: Credential | undefined
  readonly registryAuth: RegistryAuth | undefined
  /** File to look for logins in, in place of the user's own. */
  readonly registryConfig: string | undefined
  /** Hosts that speak http instead of https: those of the run, and others that were named; see `namesHost`. */
  readonly plainHttpHosts: readonly string[]
}

/** The credential for a repository, from the inputs or from the user's files. @throws Failure */
export function findLogin(
  repository: Repository,
  request: LoginRequest,
  context: CommandContext
): Promise<Credential | undefined> {
  const { credential, registryAuth, registryConfig, plainHttpHosts } = request
  const home = homeOf(context)
  const sources = { explicit: credential, registryAuth, configFile: registryConfig, home }
  const plainHttp = namesHost(plainHttpHosts, repository.host, true)
  return findCredential({ repository, plainHttp }, sources, context)
}
