import type { ClientCertificate, TlsSettings } from '../http/tls-options.ts'
import { input } from '../shared/input-name.ts'
import type { Logger } from '../shared/logger.ts'
import { type Credential, givenLoginSource } from './auth/credential.ts'
import type { LoginRequest } from './auth/find-credential.ts'
import { canonicalHost, namesHost } from './auth/host-key.ts'

/** How the registries of a run are reached. */
export interface RegistryAccess extends LoginRequest {
  /** Hosts of token services that may get a password; empty: every one that may be trusted. */
  readonly tokenHosts: readonly string[]
  /** More certificates to trust, for all hosts: PEM text. */
  readonly ca: string | undefined
  /** By canonical host; no other host gets to see one. */
  readonly clientCertificates: ReadonlyMap<string, ClientCertificate>
  /** Hosts whose certificates are not verified: those of the run, and others that were named; see `namesHost`. */
  readonly unverifiedHosts: readonly string[]
  /** For all that one publication, or one inspection, has to say to its registry. */
  readonly timeoutMs: number
  /** How many of these are under way at a time. */
  readonly concurrency: number
  /** What is not safe, wherever charts go, one sentence each; see {@link accessWarnings}. */
  readonly warnings: readonly string[]
  /** What was read otherwise than it was written, one sentence each. */
  readonly notices: readonly string[]
}

/** How TLS is spoken with a registry. */
export function tlsFor(
  host: string,
  { ca, clientCertificates, unverifiedHosts }: TlsAccess
): TlsSettings {
  return {
    ca,
    clientCertificate: clientCertificates.get(canonicalHost(host, false) ?? host),
    skipsVerification: namesHost(unverifiedHosts, host, false)
  }
}

type TlsAccess = Pick<RegistryAccess, 'ca' | 'clientCertificates' | 'unverifiedHosts'>

/** What is not safe about an access: with a target (`host/path`), only what is so there. */
export function accessWarnings(
  { warnings, unverifiedHosts }: Pick<RegistryAccess, 'warnings' | 'unverifiedHosts'>,
  target?: string | null
): readonly string[] {
  const hosts = unverifiedHosts.filter((host) => {
    return target === undefined || target?.startsWith(`${host}/`) || target === host
  })
  return [...hosts.map(unverifiedWarning), ...warnings]
}

function unverifiedWarning(host: string): string {
  return `The certificate of ${host} is NOT VERIFIED (${input('insecure-skip-tls-verify')}): anyone on the network path can read the login and change what is published. Set ${input('ca')} instead.`
}

/** Logs for each registry that its login comes from the inputs made for it; others are logged where they are found. */
export function logGivenLogin(
  credential: Credential | undefined,
  hosts: readonly string[],
  logger: Logger
): void {
  if (!credential) return
  for (const host of new Set(hosts)) {
    logger.info(`The login for ${host} comes from ${givenLoginSource(credential)}.`)
  }
}

/** Logs what is to be known of an access before it is used: notices, what is not safe, and where the login comes from. */
export function logAccess(
  access: Pick<RegistryAccess, 'notices' | 'warnings' | 'unverifiedHosts' | 'credential'>,
  hosts: readonly string[],
  logger: Logger
): void {
  for (const notice of access.notices) logger.notice(notice)
  for (const warning of accessWarnings(access)) logger.warning(warning)
  logGivenLogin(access.credential, hosts, logger)
}
