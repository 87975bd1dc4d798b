import { createHash } from 'node:crypto'
import type { ChartFile } from './chart-files.ts'
import { withoutGenerated } from './metadata/lock.ts'
import type { ByteString } from './tar/byte-string.ts'

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
export function comparableBytes({ path, bytes }: ChartFile): Buffer {
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
