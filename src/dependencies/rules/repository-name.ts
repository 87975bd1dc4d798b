import { isInStep, type Lock } from '../../chart/metadata/lock.ts'
import type { Dependency, Metadata } from '../../chart/metadata/metadata.ts'

/** The URL of each repository that has a name, as `helm repo add NAME URL` takes them. */
export type NamedRepositories = ReadonlyMap<string, string>

/** The name in `@name` and `alias:name`; undefined for all else. */
export function repositoryName(repository: string): string | undefined {
  return /^(?:@|alias:)(.*)$/s.exec(repository)?.[1]
}

export interface NamedUrls {
  /** With URLs in the place of the names that are known. */
  readonly dependencies: readonly Dependency[]
  /** `repository` of those whose name is not known, as written. */
  readonly unknown: readonly string[]
}

/** Puts the URL of a repository in the place of `@name` and `alias:name`, as Helm does before it makes a lock. */
export function withUrls(
  dependencies: readonly Dependency[],
  repositories: NamedRepositories
): NamedUrls {
  const unknown = dependencies.filter(({ repository }) => {
    const name = repositoryName(repository)
    return name !== undefined && !repositories.has(name)
  })
  return {
    dependencies: dependencies.map((dependency) => {
      const name = repositoryName(dependency.repository)
      return { ...dependency, repository: repositories.get(name ?? '') ?? dependency.repository }
    }),
    unknown: [...new Set(unknown.map(({ repository }) => repository))]
  }
}

/**
 * Whether a lock was made of what Chart.yaml declares. A repository that has a name may have been added with or without
 * a slash at its end when the lock was made: both count. Where the URL of a name is not known, that of the lock counts.
 */
export function isLockInStep(
  lock: Lock,
  metadata: Metadata,
  repositories: NamedRepositories
): boolean {
  const written = metadata.dependencies.filter((dependency) => dependency !== null)
  if (written.length < metadata.dependencies.length) return isInStep(lock, metadata)
  const { dependencies } = withUrls(written, repositories)
  const spelled = dependencies.map((dependency, index) => {
    const isNamed = repositoryName(written[index]?.repository ?? '') !== undefined
    return isNamed ? spelledAs(dependency, lock.dependencies[index]?.repository) : dependency
  })
  return [written, dependencies, spelled].some((list) => {
    return isInStep(lock, { ...metadata, dependencies: list })
  })
}

/** With the repository as the lock writes it, where that differs by slashes at the end alone, or the name has no URL. */
function spelledAs(dependency: Dependency, locked: string | undefined): Dependency {
  if (locked === undefined) return dependency
  const bare = (url: string) => url.replace(/\/+$/, '')
  const isUnknown = repositoryName(dependency.repository) !== undefined
  const isSame = isUnknown || bare(locked) === bare(dependency.repository)
  return isSame ? { ...dependency, repository: locked } : dependency
}
