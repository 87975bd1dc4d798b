import { RegistryPool } from '../oci/registry-pool.ts'
import type { CommandContext } from '../shared/command-context.ts'
import type { Logger } from '../shared/logger.ts'
import { sourceHosts } from './model/chart-source.ts'
import type { ReleaseRequest } from './model/request.ts'

interface RegistriesContext extends CommandContext {
  /** Where progress is logged, at once. */
  readonly progress: Logger
}

/** The registries of a run, each asked for no more rights than it takes. */
export class RunRegistries {
  /** Those that charts go to. */
  readonly clients: RegistryPool
  /** Those that charts are copied from; they are read before anything else is logged. */
  readonly copied: RegistryPool
  /** Undefined where nobody has to be able to pull. */
  readonly anonymous: RegistryPool | undefined
  /** All hosts that the login of the inputs is for. */
  readonly targets: readonly { readonly host: string }[]

  /** Opens connections: each costs two trips or three. */
  constructor(request: ReleaseRequest, context: RegistriesContext) {
    this.clients = new RegistryPool(request, context, 'pull,push')
    this.clients.preconnect(request.targets.map(({ host }) => host))
    this.copied = new RegistryPool(request, { ...context, logger: context.progress }, 'pull')
    const sources = sourceHosts(request.charts.included)
    this.copied.preconnect(sources)
    this.anonymous = request.requirePublic ? anonymousPool(request, context) : undefined
    this.targets = [...request.targets, ...sources.map((host) => ({ host }))]
  }

  async close(): Promise<void> {
    await Promise.all([this.clients.close(), this.copied.close(), this.anonymous?.close()])
  }
}

/** As a stranger asks: without a login, a certificate, or anything that the machine knows. */
function anonymousPool(request: ReleaseRequest, context: RegistriesContext): RegistryPool {
  const nobody = { credential: undefined, registryAuth: undefined, registryConfig: 'none' }
  return new RegistryPool({ ...request, ...nobody, clientCertificates: new Map() }, context, 'pull')
}
