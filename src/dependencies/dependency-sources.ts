import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { throwIfFull } from '../shared/private-folder.ts'
import type { ClassicCharts } from './classic-charts.ts'
import { type FetchedChart, readFetched } from './fetched-chart.ts'
import type { OciCharts } from './oci-charts.ts'
import type { RemoteDependency, ResolvedDependency } from './remote-dependency.ts'

interface Sources {
  readonly classic: ClassicCharts
  readonly oci: OciCharts
  /** A private folder for what is fetched. */
  readonly folder: string
}

/** Where the dependencies of a run come from: each index, list of tags and archive is fetched once, whoever wants it. */
export class DependencySources {
  readonly #sources: Sources
  readonly #fetched = new Map<string, Promise<FetchedChart>>()

  constructor(sources: Sources) {
    this.#sources = sources
  }

  /** Decides on the version of a dependency. @throws Failure */
  resolve(dependency: RemoteDependency): Promise<ResolvedDependency> {
    const { classic, oci } = this.#sources
    const { repository } = dependency
    return repository.kind === 'oci'
      ? oci.resolve(dependency, repository.target)
      : classic.resolve(dependency, repository.url)
  }

  /** The archive of a dependency in a file, loadable, with its own name and version. @throws Failure */
  fetch(resolved: ResolvedDependency): Promise<FetchedChart> {
    const fetched = this.#fetched.get(resolved.key) ?? this.#fetch(resolved, this.#fetched.size)
    this.#fetched.set(resolved.key, fetched)
    return fetched
  }

  async #fetch(resolved: ResolvedDependency, number: number): Promise<FetchedChart> {
    const { folder } = this.#sources
    const bytes = await resolved.fetch()
    const path = join(folder, `dependency-${number}.tgz`)
    const chart = readFetched(bytes, { path, fileName: resolved.fileName })
    await writeFile(path, bytes, { flag: 'wx' }).catch((error: unknown) => {
      throwIfFull(error, folder)
      throw error
    })
    return chart
  }
}
