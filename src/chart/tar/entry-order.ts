import type { ByteString } from '../model/chart-file.ts'

const CHART_YAML = 'Chart.yaml'
const CHARTS = 'charts/'
const TEMPLATES = 'templates/'
/** The files that helm writes first, in this order (helm, pkg/chart/v2/util/save.go, writeTarContents). */
const FIRST = [CHART_YAML, 'Chart.lock', 'values.yaml', 'values.schema.json']
/** More than twice Linux's PATH_MAX; it bounds how deep subcharts are followed. */
const LONGEST_PREFIX = 10_000

/**
 * The first of `names` that does not stand where `helm package` puts it; undefined when all do.
 * Chart.yaml, Chart.lock, values.yaml and values.schema.json come first, then templates/, then all
 * other files, both in the order of a walk through the folders; subcharts last, each in this same
 * order, but theirs may keep the order of the archive that they came from.
 */
export function misplacedEntry(names: readonly ByteString[]): ByteString | undefined {
  const root = names[0]?.split('/')[0] ?? ''
  const end = chartEnd(names, 0, `${root}/`)
  return end === names.length ? undefined : names[end]
}

/** The index behind the files of the chart below `prefix`, which begins at `start`; or of the first that is out of order. */
function chartEnd(names: readonly ByteString[], start: number, prefix: ByteString): number {
  const isTop = start === 0
  if (names[start] !== `${prefix}${CHART_YAML}` || prefix.length > LONGEST_PREFIX) return start
  let at = start + 1
  let last = CHART_YAML
  for (; at < names.length; at++) {
    const path = pathBelow(names[at], prefix)
    if (path === undefined || path === CHART_YAML || isInSubchart(path)) break
    if (!mayFollow(last, path, isTop)) return at
    last = path
  }
  return subchartsEnd(names, at, prefix)
}

function mayFollow(last: ByteString, path: ByteString, isTop: boolean): boolean {
  const step = rankOf(path) - rankOf(last)
  return step > 0 || (step === 0 && (!isTop || compareWalk(last, path) < 0))
}

function subchartsEnd(names: readonly ByteString[], start: number, prefix: ByteString): number {
  let at = start
  while (at < names.length) {
    const path = pathBelow(names[at], prefix)
    if (path === undefined || !isInSubchart(path)) return at
    const folder = path.split('/')[1] ?? ''
    const end = chartEnd(names, at, `${prefix}${CHARTS}${folder}/`)
    if (end === at) return at
    at = end
  }
  return at
}

function pathBelow(name: ByteString | undefined, prefix: ByteString): ByteString | undefined {
  return name?.startsWith(prefix) ? name.slice(prefix.length) : undefined
}

/** Provenance files are kept as they are, wherever they lie in charts/ (helm, LoadFiles). */
function isInSubchart(path: ByteString): boolean {
  return path.startsWith(CHARTS) && !path.endsWith('.prov')
}

function rankOf(path: ByteString): number {
  const first = FIRST.indexOf(path)
  if (first !== -1) return first
  return path.startsWith(TEMPLATES) ? FIRST.length : FIRST.length + 1
}

/** The order of a walk that visits the children of each folder by the bytes of their names. */
function compareWalk(left: ByteString, right: ByteString): number {
  const [a, b] = [left.split('/'), right.split('/')]
  const at = a.findIndex((part, index) => part !== b[index])
  const [x, y] = [a[at] ?? '', b[at] ?? '']
  if (at === -1) return a.length - b.length
  return x < y ? -1 : 1
}
