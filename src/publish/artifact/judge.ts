import {
  type ArchiveReading,
  type ReadArchiveOptions,
  readArchive,
  withProblems
} from '../../chart/archive.ts'
import { isChartVersion, tagOf } from '../../chart/metadata/chart-version.ts'
import { hiddenTag, nameProblems, tagProblems } from './oci-names.ts'

/**
 * Reads a packaged chart and says everything that is wrong with publishing it: what `readArchive` finds,
 * and a name or version that cannot stand in an OCI reference, where `helm push` would fail.
 */
export function judgeArchive(bytes: Buffer, options: ReadArchiveOptions = {}): ArchiveReading {
  const reading = readArchive(bytes, options)
  if (!reading.metadata) return reading
  const { name, version } = reading.metadata
  const tag = tagOf(version)
  return withProblems(reading, [
    ...(name === '' ? [] : nameProblems(name)),
    ...(isChartVersion(version) ? [...tagProblems(tag), ...hiddenTag(tag)] : [])
  ])
}
