import { lockDigest } from '../../chart/metadata/lock.ts'
import type { Dependency } from '../../chart/metadata/metadata.ts'
import { yamlLine } from '../../chart/yaml/yaml-text.ts'

/** A dependency with the version that it was resolved to. */
export interface LockedDependency {
  readonly name: string
  readonly repository: string
  readonly version: string
}

/** For a lock file that is new. */
export interface NewLock {
  /** As Chart.yaml declares them, but with the URLs of named repositories. */
  readonly declared: readonly Dependency[]
  readonly locked: readonly LockedDependency[]
  /** RFC 3339, as Go writes it. */
  readonly generated: string
}

/** The text of Chart.lock or requirements.lock that `helm dependency update` (4.3) would write. */
export function lockText({ declared, locked, generated }: NewLock): string {
  const digest = lockDigest(declared, locked.map(asDependency))
  const entries = locked.map(({ name, repository, version }) => {
    const last = version === '' ? '' : `  ${line('version', version, 2)}`
    return `- ${line('name', name, 2)}  ${line('repository', repository, 2)}${last}`
  })
  const list = entries.length > 0 ? `dependencies:\n${entries.join('')}` : 'dependencies: []\n'
  return `${list}${line('digest', digest, 0)}${line('generated', generated, 0)}`
}

function line(key: string, value: string, indent: number): string {
  const place = { column: indent + key.length + 2, indent: indent + 2 }
  return `${key}: ${yamlLine(value, place)}`
}

function asDependency({ name, repository, version }: LockedDependency): Dependency {
  const empty = { condition: '', tags: [], enabled: false, importValues: [], alias: '' }
  return { name, version, repository, ...empty }
}
