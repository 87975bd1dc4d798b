import { createHash } from 'node:crypto'
import type { ChartFile } from './chart-files.ts'
import { withoutGenerated } from './metadata/lock.ts'
import type { ByteString } from './tar/byte-string.ts'

/** `Chart.lock` of the chart and of its subcharts, at any depth. */
const CHART_LOCK = /^(?:charts\/[^/]+\/)*Chart\.lock$/

/**
 * A digest of what a chart holds, whatever the order and the times of its files: SHA-256 over path,
 * NUL, length, NUL and bytes of each file, sorted by path. `generated` of each Chart.lock is left
 * out, since Helm 4.3 stamps the time of packaging into it.
 */
export function contentIdentity(files: readonly ChartFile[]): string {
  const contents = files.map((file) => ({ path: file.path, bytes: comparableBytes(file) }))
  const hash = createHash('sha256')
  for (const { path, bytes } of contents.sort(compareContents)) {
    hash.update(`${path}\0${bytes.length}\0`, 'latin1').update(bytes)
  }
  return `sha256:${hash.digest('hex')}`
}

/** What counts of a file: of a Chart.lock, all but the time of packaging. */
export function comparableBytes({ path, bytes }: ChartFile): Buffer {
  return CHART_LOCK.test(path) ? withoutGenerated(bytes) : bytes
}

interface Content {
  readonly path: ByteString
  readonly bytes: Buffer
}

/** By path; by bytes where two subcharts of one name have the same path twice. */
function compareContents(left: Content, right: Content): number {
  if (left.path !== right.path) return left.path < right.path ? -1 : 1
  return Buffer.compare(left.bytes, right.bytes)
}
