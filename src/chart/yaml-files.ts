import { type LoadedMetadata, loadMetadata } from './metadata/load-metadata.ts'
import { readLock } from './metadata/lock.ts'
import { DecodeError } from './metadata/untyped.ts'
import { checkValues } from './metadata/values.ts'
import type { ChartFile } from './model/chart-file.ts'
import { type ChartProblem, chartError } from './model/problem.ts'
import { YamlError } from './yaml/node.ts'

/**
 * So much YAML of one archive is read, subcharts included. The 897 files of three large public repositories have
 * 29,000 bytes on average. A MiB takes two seconds, four of the oddest sort: no archive keeps the program busy for longer
 * than half a minute.
 */
const MOST_BYTES = 5 * 1024 * 1024

const METADATA_FILES = ['Chart.yaml', 'requirements.yaml']
const VALUES = 'values.yaml'

interface Check {
  readonly code: string
  readonly read: (bytes: Buffer) => unknown
}

const LOCK: Check = { code: 'lock-invalid', read: readLock }
/** What Helm parses beside the metadata. */
const CHECKS: ReadonlyMap<string, Check> = new Map([
  [VALUES, { code: 'values-invalid', read: checkValues }],
  ['Chart.lock', LOCK],
  ['requirements.lock', LOCK]
])

/** Reads the YAML files of a chart and its subcharts, within a bound for all of them. */
export class YamlFiles {
  readonly #readsValues: boolean
  #bytesLeft = MOST_BYTES

  constructor(readsValues: boolean) {
    this.#readsValues = readsValues
  }

  metadata(files: readonly ChartFile[]): LoadedMetadata {
    const read = files.filter(({ path }) => METADATA_FILES.includes(path))
    return this.#takes(read) ? loadMetadata(files) : { problem: tooMuch('Chart.yaml') }
  }

  /** What is wrong with the other files. */
  problems(files: readonly ChartFile[]): readonly ChartProblem[] {
    return files.flatMap((file) => {
      const check = CHECKS.get(file.path)
      if (!check || (file.path === VALUES && !this.#readsValues)) return []
      return this.#takes([file]) ? refusals(file, check) : [tooMuch(file.path)]
    })
  }

  /** Whether there is room for these files; then they count as read. */
  #takes(files: readonly ChartFile[]): boolean {
    const size = files.reduce((sum, { bytes }) => sum + bytes.length, 0)
    if (size > this.#bytesLeft) return false
    this.#bytesLeft -= size
    return true
  }
}

function refusals({ path, bytes }: ChartFile, { code, read }: Check): readonly ChartProblem[] {
  const fault = faultIn(bytes, read)
  if (!fault) return []
  const { why, line, isDoubtful } = fault
  const message = `${path} cannot be read: ${why}.`
  return [{ ...chartError(code, message, `Fix ${path}.`), isDoubtful, at: { path, line } }]
}

/** Why a YAML file cannot be read. */
interface YamlFault {
  readonly why: string
  /** Counted from 1. */
  readonly line: number
  /** As in {@link ChartProblem}. */
  readonly isDoubtful: boolean
}

/** What keeps `read` from reading a file; undefined where nothing does. */
export function faultIn(bytes: Buffer, read: (bytes: Buffer) => unknown): YamlFault | undefined {
  try {
    read(bytes)
    return undefined
  } catch (error) {
    if (error instanceof DecodeError) return { why: error.message, line: 1, isDoubtful: false }
    if (!(error instanceof YamlError)) throw error
    return { why: error.message, line: error.line ?? 1, isDoubtful: true }
  }
}

/** Helm has no such limit. */
function tooMuch(path: string): ChartProblem {
  const message = `${path} was not read, because the YAML files of the chart would have more than 5 MiB in total.`
  const fix = 'Move large texts from values.yaml to separate files.'
  return { ...chartError('yaml-too-large', message, fix), isDoubtful: true }
}
