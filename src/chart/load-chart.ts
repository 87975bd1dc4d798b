import { unpackFiles } from './chart-files.ts'
import { loadedBytes } from './metadata/decode.ts'
import type { Metadata } from './metadata/metadata.ts'
import { validateMetadata } from './metadata/validate.ts'
import { type ByteString, type ChartFile, toText } from './model/chart-file.ts'
import { type ChartProblem, chartError, PUBLISH_HELMS_ARCHIVE } from './model/problem.ts'
import { YamlFiles } from './yaml-files.ts'

/** A chart with its subcharts, as far as they could be loaded. */
export interface LoadedChart {
  /** Undefined when Chart.yaml is missing or cannot be read. */
  readonly metadata: Metadata | undefined
  readonly subcharts: readonly Subchart[]
}

export interface Subchart extends LoadedChart {
  /** Its folder, or its archive, in charts/ of its parent. */
  readonly entry: ByteString
  readonly isPacked: boolean
}

export interface LoadResult {
  readonly chart: LoadedChart
  readonly problems: readonly ChartProblem[]
}

const CHARTS = 'charts/'
/** Charts nest two or three levels deep. Helm has no bound; this one keeps a hostile archive from costing time. */
const MOST_LEVELS = 100

interface LoadOptions {
  /** How much archives within the archive may unpack to, all together. */
  readonly inflateLimitBytes: number
  /** False where helm has read the values, or is about to. */
  readonly readsValues: boolean
}

/**
 * Loads a chart and its subcharts from files as Helm does (helm, pkg/chart/v2/loader, LoadFiles), and
 * says everything for which Helm would refuse it.
 */
export function loadChart(files: readonly ChartFile[], options: LoadOptions): LoadResult {
  const loader = new Loader(options)
  const chart = loader.load(files, [])
  return { chart, problems: loader.problems }
}

class Loader {
  readonly problems: ChartProblem[] = []
  readonly #yaml: YamlFiles
  #inflatableBytes: number

  constructor({ inflateLimitBytes, readsValues }: LoadOptions) {
    this.#yaml = new YamlFiles(readsValues)
    this.#inflatableBytes = inflateLimitBytes
  }

  /** @param parents the entries in charts/ that lead to this chart, from the top one down */
  load(files: readonly ChartFile[], parents: readonly ByteString[]): LoadedChart {
    const loaded = this.#yaml.metadata(files)
    const metadata = 'metadata' in loaded ? loaded.metadata : undefined
    const problems = 'problem' in loaded ? [loaded.problem] : validateMetadata(loaded.metadata)
    this.#report(parents, [...problems, ...this.#yaml.problems(files)])
    const subcharts = [...groupSubcharts(files)].flatMap(([entry, group]) => {
      return this.#loadSubchart(group, [...parents, entry]) ?? []
    })
    return { metadata, subcharts }
  }

  #loadSubchart(files: readonly ChartFile[], parents: readonly ByteString[]): Subchart | undefined {
    const entry = parents.at(-1) ?? ''
    const isPacked = entry.endsWith('.tgz')
    if (parents.length > MOST_LEVELS) {
      this.#report(parents, [tooDeep()])
      return undefined
    }
    const below = isPacked ? this.#unpack(files, parents) : belowFolder(files, entry)
    return below && { entry, isPacked, ...this.load(below, parents) }
  }

  #unpack(
    files: readonly ChartFile[],
    parents: readonly ByteString[]
  ): readonly ChartFile[] | undefined {
    const [file] = files
    if (!file || file.path !== parents.at(-1)) {
      this.#report(parents, [notAnArchive()])
      return undefined
    }
    const unpacked = unpackFiles(loadedBytes(file.bytes), this.#inflatableBytes)
    if ('problem' in unpacked) {
      this.#report(parents, [unpacked.problem])
      return undefined
    }
    this.#inflatableBytes -= unpacked.size
    this.#report(parents, unpacked.problems)
    return unpacked.files
  }

  #report(parents: readonly ByteString[], problems: readonly ChartProblem[]): void {
    const folder = parents.map((entry) => `${CHARTS}${toText(entry)}`).join('/')
    const where = folder === '' ? '' : `In the subchart ${folder}: `
    for (const problem of problems) {
      const message = `${where}${problem.message}`
      this.problems.push(where === '' ? problem : { ...problem, message, subchart: folder })
    }
  }
}

/** Files in charts/ by their subchart, paths relative to charts/; what Helm passes over left out. */
function groupSubcharts(
  files: readonly ChartFile[]
): ReadonlyMap<ByteString, readonly ChartFile[]> {
  const groups = new Map<ByteString, ChartFile[]>()
  for (const file of files) {
    if (!file.path.startsWith(CHARTS) || file.path.endsWith('.prov')) continue
    const path = file.path.slice(CHARTS.length)
    const [entry = ''] = path.split('/', 1)
    if (/^[_.]/.test(entry)) continue
    const group = groups.get(entry) ?? []
    groups.set(entry, group)
    group.push({ ...file, path })
  }
  return groups
}

function belowFolder(files: readonly ChartFile[], folder: ByteString): readonly ChartFile[] {
  const prefix = `${folder}/`
  return files
    .filter(({ path }) => path.startsWith(prefix))
    .map((file) => ({ ...file, path: file.path.slice(prefix.length) }))
}

function notAnArchive(): ChartProblem {
  const message = 'It has the name of an archive, but is a folder; Helm rejects it.'
  return chartError('subchart-not-archive', message, 'Rename the folder in charts/.')
}

function tooDeep(): ChartProblem {
  const message = `Subcharts are nested more than ${MOST_LEVELS} levels deep.`
  return chartError('subcharts-too-deep', message, PUBLISH_HELMS_ARCHIVE)
}
