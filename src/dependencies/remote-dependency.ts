import type { RepositoryKind } from './rules/repository-kind.ts'

/** A dependency that a repository is to give. */
export interface RemoteDependency {
  readonly name: string
  /** The version or range that Chart.yaml declares. */
  readonly declared: string
  /** What a lock that is in step says; undefined without one. */
  readonly locked: string | undefined
  readonly repository: Extract<RepositoryKind, { kind: 'classic' | 'oci' }>
}

/** A dependency whose version is decided. */
export interface ResolvedDependency {
  readonly version: string
  /** The name that Helm gives its archive in charts/. */
  readonly fileName: string
  /** Whether the lock held a range, which was resolved again. */
  readonly isResolvedAgain: boolean
  /** The same for all who want these bytes. */
  readonly key: string
  /** The bytes of the archive, as they are stored. @throws Failure */
  readonly fetch: () => Promise<Buffer>
}
