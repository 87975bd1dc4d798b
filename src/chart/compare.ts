import { createHash } from 'node:crypto'
import { placeEntries } from './chart-files.ts'
import { comparableBytes } from './content-identity.ts'
import { toText } from './tar/byte-string.ts'
import { gunzip } from './tar/gzip.ts'
import { readTar } from './tar/tar.ts'

/** By which files two archives differ; paths below the root folder, sorted. */
export interface Differences {
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
    added: paths(now)
      .filter((path) => !old.has(path))
      .map(toText),
    removed: paths(old)
      .filter((path) => !now.has(path))
      .map(toText),
    changed: paths(now)
      .filter((path) => old.has(path) && old.get(path) !== now.get(path))
      .map(toText)
  }
}

/** A digest for each path; of all files with it in their order, where two subcharts have one name. */
function contentsOf(bytes: Buffer, limit: number): ReadonlyMap<string, string> | undefined {
  const unzipped = gunzip(bytes, limit)
  const read = 'member' in unzipped ? readTar(unzipped.member.body) : unzipped
  if ('problem' in read) return undefined
  const contents = new Map<string, string>()
  for (const file of placeEntries(read.tar.entries).files) {
    const digest = createHash('sha256').update(comparableBytes(file)).digest('hex')
    contents.set(file.path, `${contents.get(file.path) ?? ''} ${digest}`)
  }
  return contents
}
