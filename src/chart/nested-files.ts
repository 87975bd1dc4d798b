import { gunzipSync } from 'node:zlib'
import { placeEntries } from './chart-files.ts'
import type { ChartFile } from './model/chart-file.ts'
import { readTar } from './tar/tar.ts'

/** Subcharts of subcharts, each in an archive; deeper ones are not searched. */
const MOST_LEVELS = 4
/** What all of them may unpack to: twice the largest chart that Helm loads. */
const MOST_BYTES = 200 * 1024 * 1024

/**
 * The files, and those in gzip files and tar archives among them: packed subcharts of a chart that helm did not package,
 * compressed data of any kind. Paths go on behind the name of the archive. What cannot be unpacked is left out.
 */
export function withNestedFiles(files: readonly ChartFile[]): readonly ChartFile[] {
  const budget = { bytes: MOST_BYTES }
  const nested = (file: ChartFile, level: number): readonly ChartFile[] => {
    if (level > MOST_LEVELS) return []
    const inner = filesIn(file, budget)
    return [...inner, ...inner.flatMap((one) => nested(one, level + 1))]
  }
  return [...files, ...files.flatMap((file) => nested(file, 1))]
}

function filesIn({ path, bytes }: ChartFile, budget: { bytes: number }): readonly ChartFile[] {
  const unpacked = unpack(bytes, budget.bytes)
  if (!unpacked) return []
  budget.bytes -= unpacked.length
  const read = readTar(unpacked)
  if (!('tar' in read) || read.tar.entries.length === 0) return [{ path, bytes: unpacked }]
  return placeEntries(read.tar.entries).files.map((file) => {
    return { path: `${path}/${file.path}`, bytes: file.bytes }
  })
}

/** As `gunzip` of GNU does: several members are one file. */
function unpack(bytes: Buffer, most: number): Buffer | undefined {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b || most <= 0) return undefined
  try {
    return gunzipSync(bytes, { maxOutputLength: most })
  } catch {
    return undefined
  }
}
