import type { TlsSettings } from '../http/tls-options.ts'
import { type RegistryAccess, tlsFor } from '../oci/access.ts'
import { credentialFor } from '../oci/auth/registry-auth-keys.ts'
import type { CommandContext } from '../shared/command-context.ts'
import type { SourcedLogin } from './classic/classic-access.ts'
import { findByUrl } from './find-repository.ts'
import type { MachineRepository } from './machine-entry.ts'
import { type MachineTls, readMachineTls } from './machine-tls.ts'

interface ClassicLoginsOptions {
  readonly access: RegistryAccess
  readonly machine: readonly MachineRepository[]
  readonly context: Pick<CommandContext, 'secrets' | 'signal' | 'logger'>
}

/** What classic repositories are reached by: the inputs, and what `helm repo add` wrote for their URLs. */
export class ClassicLogins {
  readonly #options: ClassicLoginsOptions
  readonly #prepared = new Map<string, Promise<void>>()
  /** By origin: what repositories of the machine add. */
  readonly #tls = new Map<string, MachineTls>()

  constructor(options: ClassicLoginsOptions) {
    this.#options = options
  }

  /** Reads the certificates of a repository, before it is asked. @throws Failure usage */
  readonly prepare = (repository: URL): Promise<void> => {
    const prepared = this.#prepared.get(repository.href) ?? this.#prepare(repository)
    this.#prepared.set(repository.href, prepared)
    return prepared
  }

  /** A key of the inputs, else the login of the repository, which is for its origin. */
  readonly loginFor = (address: URL, repository: URL): SourcedLogin | undefined => {
    const { access, machine } = this.#options
    const { host, pathname: path, protocol } = address
    const plainHttp = protocol === 'http:'
    const given =
      access.registryAuth && credentialFor(access.registryAuth, { host, path, plainHttp })
    // Only a user with a password is a login there.
    if (given) return given.kind === 'login' ? { ...given, source: given.source ?? '' } : undefined
    return address.origin === repository.origin
      ? findByUrl(machine, repository.href)?.login
      : undefined
  }

  readonly tlsFor = (origin: URL): TlsSettings => {
    const own = tlsFor(origin.host, this.#options.access)
    const more = this.#tls.get(origin.origin)
    if (!more) return own
    const ca = [own.ca, more.ca].filter((pem) => pem !== undefined).join('\n')
    return {
      ...own,
      ca: ca === '' ? undefined : ca,
      clientCertificate: own.clientCertificate ?? more.clientCertificate
    }
  }

  async #prepare(repository: URL): Promise<void> {
    const { machine, context } = this.#options
    const found = findByUrl(machine, repository.href)
    if (!found) return
    for (const { level, text } of found.remarks) context.logger[level](text)
    const tls = await readMachineTls(found, context)
    for (const warning of tls.warnings) context.logger.warning(warning)
    this.#tls.set(repository.origin, tls)
  }
}
