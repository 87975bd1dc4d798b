import { buildArtifact } from '../../../src/artifact/artifact.ts'
import type { PackedChart } from '../../../src/artifact/packed-chart.ts'
import { readArchive } from '../../../src/chart/archive.ts'
import { SecretSearch } from '../../../src/shared/secret-search.ts'
import { gzipOf, tarOf } from './archives.ts'

export interface ChartOptions {
  readonly version?: string
  /** Of values.yaml, in which charts of one version differ. */
  readonly values?: string
  /** Seconds since 1970 of its entries: the same files make another archive. */
  readonly mtime?: number
  readonly annotations?: Readonly<Record<string, string>>
  /** Whether the archive is as `helm package` writes it. */
  readonly isGenuine?: boolean
}

/** The chart `demo`, packaged in memory. */
export function packedChart(options: ChartOptions = {}): PackedChart {
  const { version = '1.2.3', values = 'a: 1\n', mtime = 1, annotations = {} } = options
  const chartYaml = `apiVersion: v2\nname: demo\nversion: ${version}\n`
  const tar = tarOf([
    { name: 'demo/Chart.yaml', body: chartYaml, mtime },
    { name: 'demo/values.yaml', body: values, mtime }
  ])
  const { archive, problems } = readArchive(gzipOf(tar, { marks: options.isGenuine ?? true }))
  if (!archive) throw new Error(problems.map(({ message }) => message).join(' '))
  const artifact = buildArtifact(archive, {
    created: '2024-01-02T03:04:05Z',
    annotations: new Map(Object.entries(annotations))
  })
  return {
    path: '/demo.tgz',
    given: undefined,
    archive,
    artifact,
    toRepeat: undefined,
    warnings: [],
    searched: new SecretSearch([])
  }
}
