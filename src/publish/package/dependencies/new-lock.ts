import { lockText } from '../../../dependencies/rules/lock-file.ts'
import type { ChartDirectory } from '../../../directory/chart-directory.ts'
import { keptChart } from '../../../directory/declared-dependency.ts'
import { shellQuote } from '../../../shared/format.ts'
import { input } from '../../../shared/input-name.ts'
import type { ProvidedChart } from './provided-chart.ts'

export interface NewLock {
  readonly name: string
  readonly text: string
}

/**
 * The lock that `helm dependency update` would write; undefined where a lock that counts is there, or nothing was fetched
 * or packaged. What stays in charts/ is locked in its version, a folder without a repository by its range, as Helm does.
 * @param generated in RFC 3339
 */
export function newLock(
  { declared, lock }: ChartDirectory,
  provided: readonly ProvidedChart[],
  generated: string
): NewLock | undefined {
  if (!lock || lock.lock || provided.length === 0) return undefined
  const locked = declared.map(({ dependency, presence }) => {
    const { name, repository, version } = dependency
    const found = provided.find(({ wanted }) => wanted.dependency === dependency)
    const kept = keptChart(presence)?.metadata?.version
    const own = repository === '' ? version : (kept ?? version)
    return { name, repository, version: found?.version ?? own }
  })
  const text = lockText({
    declared: declared.map(({ dependency }) => dependency),
    locked,
    generated
  })
  return { name: lock.name, text }
}

/** A notice that nothing in the commit decides on the versions; undefined where it does. */
export function lockNotice(
  { path, lock }: ChartDirectory,
  provided: readonly ProvidedChart[],
  written: NewLock | undefined
): string | undefined {
  const open = written ? provided : provided.filter(({ isResolvedAgain }) => isResolvedAgain)
  const remote = open.filter(({ isCheckedOut }) => !isCheckedOut)
  if (remote.length === 0) return undefined
  const versions = remote.map(({ wanted, version }) => {
    const { name, version: range } = wanted.dependency
    return range === version ? `${name} ${version}` : `${name} ${range} → ${version}`
  })
  const name = lock?.name ?? 'Chart.lock'
  const why = written ? whyWritten(name, lock?.isIgnored === true) : `has a ${name} with ranges`
  return `${path} ${why}, so the newest matching versions were used: ${[...new Set(versions)].join(', ')}. Run \`helm dependency update ${shellQuote(path)}\` and commit ${name}, so that the same commit results in the same chart.`
}

function whyWritten(name: string, isIgnored: boolean): string {
  return isIgnored
    ? `has a ${name} that ${input('dependencies', 'update')} ignores`
    : `has no ${name}`
}
