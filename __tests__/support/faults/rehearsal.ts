import { isWhole, manifestsWritten, type Released, release, tagDigest } from '../charts/releases.ts'
import { type Outage, Traffic, WatchedProxy } from '../network/watched-proxy.ts'
import type { ProgramOptions } from '../program.ts'
import type { Workspace } from '../workspace.ts'

export interface RehearsalOptions {
  readonly workspace: Workspace
  /** Hosts of real registries. */
  readonly registries: readonly string[]
  /** Of their own, so that nothing is there already. */
  readonly path: string
  /** What is published, and by which name it is found. */
  readonly charts: readonly { readonly name: string; readonly archive: string }[]
  /** The tags that every chart is to have in the end. */
  readonly tags: readonly string[]
}

/** What a registry shows under a tag of a chart. */
export interface ShownTag {
  readonly host: string
  readonly name: string
  readonly tag: string
  /** Undefined where it shows nothing. */
  readonly digest: string | undefined
  /** Whether every blob is there that the manifest names. */
  readonly isWhole: boolean
}

/** A release of several charts to several registries, through proxies that can break it off. */
export class Rehearsal {
  readonly traffic = new Traffic()
  readonly #options: RehearsalOptions
  #proxies: readonly WatchedProxy[] = []

  constructor(options: RehearsalOptions) {
    this.#options = options
  }

  async open(): Promise<void> {
    const { registries } = this.#options
    this.#proxies = await Promise.all(
      registries.map((host) => WatchedProxy.start(host, this.traffic))
    )
  }

  async close(): Promise<void> {
    await Promise.all(this.#proxies.map((proxy) => proxy.stop()))
  }

  /** Releases everything, while the traffic breaks as the outage says. */
  async release(outage?: Outage, options: ProgramOptions = {}): Promise<Released> {
    const { workspace, charts, path } = this.#options
    this.traffic.restart(outage)
    const targets = this.#proxies.map(({ host }) => `${host}/${path}`)
    const archives = charts.map(({ archive }) => archive)
    return release(workspace, targets, [...archives, '--tags=latest'], options)
  }

  /** Releases, and kills the run (SIGKILL) when the registry has answered that request and the run has not heard of it. */
  async killAt(from: number): Promise<Released> {
    let kill = (): unknown => undefined
    const outage = { from, manner: 'held' as const, begun: () => kill() }
    const killed = await this.release(outage, {
      started: (child) => {
        kill = () => child.kill('SIGKILL')
      }
    })
    await this.traffic.settled()
    return killed
  }

  /** What the registries themselves show. */
  async tags(): Promise<readonly ShownTag[]> {
    const { registries, charts, tags, path } = this.#options
    const places = registries.flatMap((host) => {
      return charts.flatMap(({ name }) => tags.map((tag) => ({ host, name, tag })))
    })
    return Promise.all(
      places.map(async ({ host, name, tag }) => {
        const repository = `${host}/${path}/${name}`
        const digest = await tagDigest(repository, tag)
        const whole = digest !== undefined && (await isWhole(repository, tag))
        return { host, name, tag, digest, isWhole: whole }
      })
    )
  }

  /** The manifests that came through since the last release was begun. */
  get written(): readonly string[] {
    return manifestsWritten(this.traffic.exchanges)
  }
}
