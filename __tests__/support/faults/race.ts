import { type Released, release, tagDigest } from '../charts/releases.ts'
import { Traffic, WatchedProxy } from '../network/watched-proxy.ts'
import type { Workspace } from '../workspace.ts'

export interface RaceOptions {
  readonly workspace: Workspace
  /** Host of a real registry. */
  readonly registry: string
  readonly path: string
  /** What each of the processes publishes, all under one name and version. */
  readonly archives: readonly string[]
  readonly flags?: readonly string[]
}

/** One of the processes that raced. */
export interface Racer {
  readonly released: Released
  /** What it wrote under the tag: its own manifest, or undefined when it got no further than the look at the tag. */
  readonly written: string | undefined
  /** What the tag showed to it when it looked last. */
  readonly lastSeen: string | undefined
}

export interface Race {
  readonly racers: readonly Racer[]
  /** What the tag shows when all have ended. */
  readonly left: string | undefined
}

/** Starts a process for each archive at once, each with a proxy of its own before the one registry. */
export async function race({
  workspace,
  registry,
  path,
  archives,
  flags = []
}: RaceOptions): Promise<Race> {
  const racers = await Promise.all(
    archives.map(async (archive): Promise<Racer> => {
      const traffic = new Traffic()
      const proxy = await WatchedProxy.start(registry, traffic)
      const released = await release(workspace, [`${proxy.host}/${path}`], [archive, ...flags])
      await proxy.stop()
      const ofTag = traffic.exchanges.filter(({ path: url }) => url.endsWith('/manifests/1.2.3'))
      const seen = ofTag.filter(({ method, status }) => method === 'GET' && status === 200)
      const put = ofTag.find(({ method, status }) => method === 'PUT' && status === 201)
      return { released, written: put?.digest, lastSeen: seen.at(-1)?.digest }
    })
  )
  return { racers, left: await tagDigest(`${registry}/${path}/demo`, '1.2.3') }
}

/** What a race came to, in figures. */
export function tally({ racers }: Race) {
  const count = (fits: (racer: Racer) => boolean) => racers.filter(fits).length
  return {
    /** Exit code 0. */
    winners: count(({ released }) => released.code === 0),
    /** Wrote the tag, and found another's content there when they read it back. */
    overtaken: count(({ released, written }) => released.code === 7 && written !== undefined),
    /** Found another's content before they wrote anything. */
    late: count(({ released, written }) => released.code === 7 && written === undefined)
  }
}
