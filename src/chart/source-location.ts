import { join } from 'node:path'
import type { Place } from '../shared/failure.ts'
import type { ChartFile } from './model/chart-file.ts'
import type { ChartProblem } from './model/problem.ts'
import { keyLines } from './yaml/read-yaml.ts'

/** Keys of Chart.yaml that problems are about, by the first word of their codes. */
const KEYS: ReadonlyMap<string, string> = new Map([
  ['name', 'name'],
  ['version', 'version'],
  ['tag', 'version'],
  ['type', 'type'],
  ['maintainer', 'maintainers'],
  ['dependency', 'dependencies']
])

/**
 * Where in the chart directory `folder` a problem is to be mended: the line that cannot be read, or that of the
 * key of Chart.yaml that it is about, the first where there is no such key. Dependencies may stand in requirements.yaml.
 * Undefined for all other problems.
 */
export function placeOf(
  { code, at, subchart }: Pick<ChartProblem, 'code' | 'at' | 'subchart'>,
  folder: string,
  files: readonly ChartFile[]
): Place | undefined {
  if (subchart?.includes('.tgz')) return undefined
  if (at) return { file: join(folder, subchart ?? '', at.path), line: at.line }
  if (subchart !== undefined) return undefined
  const key = KEYS.get(code.split('-')[0] ?? '')
  if (key === undefined) return undefined
  const named = [...(key === 'dependencies' ? ['requirements.yaml'] : []), 'Chart.yaml']
    .flatMap((name) => files.find(({ path }) => path === name) ?? [])
    .map(({ path, bytes }) => ({ file: join(folder, path), line: keyLines(bytes).get(key) }))
  const place = named.find(({ line }) => line !== undefined) ?? named.at(-1)
  return place && { ...place, line: place.line ?? 1 }
}
