import { createHash } from 'node:crypto'
import { CHART_LIMIT_BYTES, unpackFiles } from './chart-files.ts'
import { loadChart } from './load-chart.ts'
import { withoutGenerated } from './metadata/lock.ts'
import { type ByteString, type ChartFile, toText } from './model/chart-file.ts'

/** The lock of the chart and those of its subcharts, at any depth; `requirements.lock` with apiVersion v1. */
const LOCK = /^(?:charts\/[^/]+\/)*(?:Chart|requirements)\.lock$/

/**
 * A digest of what a chart holds, whatever the order and the times of its files: SHA-256 over path,
 * NUL, length, NUL and bytes of each file, sorted by path; the order of files with one path counts, since it decides
 * what Helm renders. `generated` of each lock is left out: Helm 4.3 stamps the time of packaging into Chart.lock, and
 * `helm dependency update` that of the update into both.
 */
export function contentIdentity(files: readonly ChartFile[]): string {
  const contents = files.map((file) => ({ path: file.path, bytes: comparableBytes(file) }))
  const hash = createHash('sha256')
  for (const { path, bytes } of contents.sort(compareContents)) {
    hash.update(`${path}\0${bytes.length}\0`, 'latin1').update(bytes)
  }
  return `sha256:${hash.digest('hex')}`
}

/** What counts of a file: of a lock, all but its time. */
function comparableBytes({ path, bytes }: ChartFile): Buffer {
  return LOCK.test(path) ? withoutGenerated(bytes) : bytes
}

interface Content {
  readonly path: ByteString
  readonly bytes: Buffer
}

/** By path; the sort keeps the order of equal ones, which two subcharts of one name have. */
function compareContents(left: Content, right: Content): number {
  if (left.path === right.path) return 0
  return left.path < right.path ? -1 : 1
}

/** A subchart that has another version in one archive than in the other; undefined where it is absent. */
export interface SubchartChange {
  readonly name: string
  readonly before: string | undefined
  readonly after: string | undefined
}

/** By which files two archives differ; paths below the root folder, sorted. */
export interface Differences {
  /** Subcharts of the chart itself. */
  readonly subcharts: readonly SubchartChange[]
  readonly added: readonly string[]
  readonly removed: readonly string[]
  readonly changed: readonly string[]
}

/**
 * What `after` has otherwise than `before`, by paths and bytes, as the content identity compares them.
 * Undefined where one of the archives cannot be read.
 */
export function compareArchives(
  before: Buffer,
  after: Buffer,
  inflateLimitBytes: number
): Differences | undefined {
  const old = contentsOf(before, inflateLimitBytes)
  const now = contentsOf(after, inflateLimitBytes)
  if (!old || !now) return undefined
  const paths = (map: ReadonlyMap<string, string>) => [...map.keys()].sort()
  return {
    subcharts: subchartChanges(old.files, now.files),
    added: paths(now.contents)
      .filter((path) => !old.contents.has(path))
      .map(toText),
    removed: paths(old.contents)
      .filter((path) => !now.contents.has(path))
      .map(toText),
    changed: paths(now.contents)
      .filter((path) => {
        return old.contents.has(path) && old.contents.get(path) !== now.contents.get(path)
      })
      .map(toText)
  }
}

function subchartChanges(
  before: readonly ChartFile[],
  after: readonly ChartFile[]
): readonly SubchartChange[] {
  const [old, now] = [versionsOf(before), versionsOf(after)]
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((name) => ({ name, before: old.get(name), after: now.get(name) }))
    .filter((one) => one.before !== one.after)
}

function versionsOf(files: readonly ChartFile[]): ReadonlyMap<string, string> {
  const options = { inflateLimitBytes: CHART_LIMIT_BYTES, readsValues: false }
  const { subcharts } = loadChart(files, options).chart
  return new Map(
    subcharts.flatMap(({ metadata }) => (metadata ? [[metadata.name, metadata.version]] : []))
  )
}

interface Unpacked {
  readonly files: readonly ChartFile[]
  /** A digest for each path; of all files with it in their order, where two subcharts have one name. */
  readonly contents: ReadonlyMap<string, string>
}

function contentsOf(bytes: Buffer, limit: number): Unpacked | undefined {
  const unpacked = unpackFiles(bytes, limit)
  if ('problem' in unpacked) return undefined
  const contents = new Map<string, string>()
  for (const file of unpacked.files) {
    const digest = createHash('sha256').update(comparableBytes(file)).digest('hex')
    contents.set(file.path, `${contents.get(file.path) ?? ''} ${digest}`)
  }
  return { files: unpacked.files, contents }
}
