import type { RegistryAccess } from '../oci/access.ts'
import { RegistryPool } from '../oci/registry-pool.ts'
import type { CommandContext } from '../shared/command-context.ts'
import type { Logger } from '../shared/logger.ts'
import { ClassicClient } from './classic/classic-client.ts'
import { ClassicCharts } from './classic-charts.ts'
import { ClassicLogins } from './classic-logins.ts'
import { dependencyAccess } from './dependency-access.ts'
import { DependencySources } from './dependency-sources.ts'
import { findByName } from './find-repository.ts'
import type { MachineRepository } from './machine-entry.ts'
import { readMachineRepositories } from './machine-repositories.ts'
import { OciCharts } from './oci-charts.ts'
import { registryLookup } from './registry-lookup.ts'
import type { NamedRepositories } from './rules/repository-name.ts'

export interface SourcesRequest extends RegistryAccess {
  /** The hosts that the login of the inputs is for. */
  readonly targets: readonly { readonly host: string }[]
  /** The input of that name. */
  readonly repositories: NamedRepositories
}

export interface SourcesContext extends CommandContext {
  /** Where progress is logged, at once. */
  readonly progress: Logger
  /** The private folder of the run. */
  readonly folder: string
}

/** What a run gets its dependencies from: opened when the first one is needed. */
export class RunSources {
  readonly #request: SourcesRequest
  readonly #context: SourcesContext
  #machine: Promise<readonly MachineRepository[]> | undefined
  #opened: DependencySources | undefined
  #pool: RegistryPool | undefined
  #client: ClassicClient | undefined

  constructor(request: SourcesRequest, context: SourcesContext) {
    this.#request = request
    this.#context = context
  }

  /** URLs by name: those of the input, then those that `helm repo add` wrote. @throws Failure usage */
  async repositories(): Promise<NamedRepositories> {
    const machine = await this.#machineRepositories()
    const names = new Set(machine.map(({ name }) => name))
    const known = [...names].flatMap((name) => {
      const url = findByName(machine, name)?.url
      return url === undefined ? [] : [[name, url] as const]
    })
    return new Map([...known, ...this.#request.repositories])
  }

  async open(): Promise<DependencySources> {
    const machine = await this.#machineRepositories()
    this.#opened ??= this.#make(machine)
    return this.#opened
  }

  /** Ends what is still under way, and closes all connections. */
  async close(): Promise<void> {
    await Promise.all([this.#pool?.close(), this.#client?.close()])
  }

  #machineRepositories(): Promise<readonly MachineRepository[]> {
    this.#machine ??= readMachineRepositories(this.#request.registryConfig, this.#context)
    return this.#machine
  }

  #make(machine: readonly MachineRepository[]): DependencySources {
    const context = this.#context
    const { targets, plainHttpHosts, timeoutMs } = this.#request
    const ownHosts = targets.map(({ host }) => host)
    const access = dependencyAccess(this.#request, ownHosts)
    const logins = new ClassicLogins({ access, machine, context })
    this.#pool = new RegistryPool(access, { ...context, lookupFor: registryLookup }, 'pull')
    this.#client = new ClassicClient(
      { loginFor: logins.loginFor, tlsFor: logins.tlsFor, plainHttpHosts, timeoutMs },
      context
    )
    const oci = new OciCharts(this.#pool, ownHosts)
    const { logger, folder } = context
    const { prepare } = logins
    const classic = new ClassicCharts({ client: this.#client, prepare, oci, logger })
    return new DependencySources({ classic, oci, folder })
  }
}
