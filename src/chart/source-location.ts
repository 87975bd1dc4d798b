import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { SourceLine, SourceLocation } from '../shared/failure.ts'
import { readRegularFile } from '../shared/regular-file.ts'
import { loadMetadata } from './metadata/load-metadata.ts'
import { readLock } from './metadata/lock.ts'
import { checkValues } from './metadata/values.ts'
import type { ChartFile } from './model/chart-file.ts'
import type { ChartProblem } from './model/problem.ts'
import { keyLines } from './yaml/read-yaml.ts'
import { faultIn } from './yaml-files.ts'

/** Keys of Chart.yaml that problems are about, by the first word of their codes. */
const KEYS: ReadonlyMap<string, string> = new Map([
  ['name', 'name'],
  ['version', 'version'],
  ['tag', 'version'],
  ['type', 'type'],
  ['maintainer', 'maintainers'],
  ['dependency', 'dependencies']
])

/**
 * Where in the chart directory `folder` a problem is to be fixed: the line that cannot be read, or that of the
 * key of Chart.yaml that it is about, the first where there is no such key. Dependencies may stand in requirements.yaml.
 * Undefined for all other problems.
 */
export function placeOf(
  { code, at, subchart }: Pick<ChartProblem, 'code' | 'at' | 'subchart'>,
  folder: string,
  files: readonly ChartFile[]
): SourceLocation | undefined {
  if (subchart?.includes('.tgz')) return undefined
  if (at) return { file: join(folder, subchart ?? '', at.path), line: at.line }
  if (subchart !== undefined) return undefined
  const key = KEYS.get(code.split('-')[0] ?? '')
  if (key === undefined) return undefined
  const named = [...(key === 'dependencies' ? ['requirements.yaml'] : []), 'Chart.yaml']
    .flatMap((name) => files.find(({ path }) => path === name) ?? [])
    .map(({ path, bytes }) => ({ file: join(folder, path), line: keyLines(bytes).get(key) }))
  const place = named.find(({ line }) => line !== undefined) ?? named.at(-1)
  return place && { ...place, line: place.line ?? 1 }
}

/** Helm refuses larger ones (helm, pkg/chart/loader/archive, MaxDecompressedFileSize). */
const LARGEST_FILE_BYTES = 5 * 1024 * 1024
/** Charts nest two or three levels deep. */
const MOST_LEVELS = 10

interface Check {
  readonly file: string
  /** What helm's refusal has in it when the file is to blame. */
  readonly sign: string
  /** The line that is wrong; undefined where the file can be read. */
  readonly faultyLine: (bytes: Buffer, file: string) => number | undefined
}

/** The files that `helm package` parses. Of .helmignore helm says what is wrong, without the name of the file. */
const CHECKS: readonly Check[] = [
  { file: 'Chart.yaml', sign: 'Chart.yaml', faultyLine: metadataLine },
  { file: 'values.yaml', sign: 'values.yaml', faultyLine: yamlLine(checkValues) },
  { file: 'values.schema.json', sign: 'values.schema.json', faultyLine: jsonLine },
  { file: 'Chart.lock', sign: 'Chart.lock', faultyLine: yamlLine(readLock) },
  { file: 'requirements.lock', sign: 'requirements.lock', faultyLine: yamlLine(readLock) },
  { file: '.helmignore', sign: 'double-star', faultyLine: doubleStarLine }
]

/**
 * The place in a chart directory for which `helm package` has refused it with these words, in the chart or in a folder in
 * its charts/; undefined where none is found. Helm names neither the folder nor, for some files, the line.
 */
export async function faultyPlace(
  folder: string,
  refusal: string
): Promise<SourceLine | undefined> {
  const checks = CHECKS.filter(({ sign }) => refusal.includes(sign))
  return checks.length === 0 ? undefined : placeIn(folder, checks, MOST_LEVELS)
}

async function placeIn(
  folder: string,
  checks: readonly Check[],
  levels: number
): Promise<SourceLine | undefined> {
  for (const { file, faultyLine } of checks) {
    const path = join(folder, file)
    const bytes = await smallFile(path)
    const line = bytes && faultyLine(bytes, file)
    if (line !== undefined) return { file: path, line }
  }
  if (levels === 0) return undefined
  for (const subchart of await foldersIn(join(folder, 'charts'))) {
    const place = await placeIn(subchart, checks, levels - 1)
    if (place) return place
  }
  return undefined
}

async function smallFile(path: string): Promise<Buffer | undefined> {
  const file = await readRegularFile(path, { largest: LARGEST_FILE_BYTES }).catch(() => undefined)
  return file?.bytes
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  // As Helm passes them over.
  const folders = entries.filter((entry) => entry.isDirectory() && !/^[._]/.test(entry.name))
  return folders.map(({ name }) => join(folder, name)).sort()
}

function metadataLine(bytes: Buffer, path: string): number | undefined {
  const loaded = loadMetadata([{ path, bytes }])
  return 'problem' in loaded ? (loaded.problem.at?.line ?? 1) : undefined
}

function yamlLine(read: (bytes: Buffer) => unknown): (bytes: Buffer) => number | undefined {
  return (bytes) => faultIn(bytes, read)?.line
}

/** The first line with which a text cannot become JSON any more; the last one where only its end is missing. */
function jsonLine(bytes: Buffer): number | undefined {
  const text = bytes.toString('utf8').trimEnd()
  if (faultOf(text) === undefined) return undefined
  const lines = text.split(/(?<=\n)/)
  let [low, high] = [1, lines.length]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (faultOf(lines.slice(0, middle).join('')) === 'wrong') high = middle
    else low = middle + 1
  }
  return low
}

/** As V8 words it, with a position where it knows one; what is wrong at the end of the text is only incomplete. */
function faultOf(json: string): 'wrong' | 'incomplete' | undefined {
  try {
    JSON.parse(json)
    return undefined
  } catch (error) {
    const message = String(error)
    const [, position] = /at position (\d+)/.exec(message) ?? []
    const isEnd = /Unexpected end|Unterminated/.test(message) || Number(position) >= json.length
    return isEnd ? 'incomplete' : 'wrong'
  }
}

/** Helm refuses `**` (helm, pkg/ignore, parseRule). */
function doubleStarLine(bytes: Buffer): number | undefined {
  const lines = bytes.toString('utf8').split('\n')
  const index = lines.findIndex((line) => line.includes('**') && !line.trim().startsWith('#'))
  return index === -1 ? undefined : index + 1
}
