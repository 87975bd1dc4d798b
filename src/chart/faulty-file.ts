import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Place } from '../shared/failure.ts'
import { DecodeError } from './metadata/decode-error.ts'
import { loadMetadata } from './metadata/load-metadata.ts'
import { readLock } from './metadata/lock.ts'
import { checkValues } from './metadata/values.ts'
import { YamlError } from './yaml/error.ts'

/** Helm refuses larger ones (helm, pkg/chart/loader/archive, MaxDecompressedFileSize). */
const LARGEST_FILE_BYTES = 5 * 1024 * 1024
/** Charts nest two or three levels deep. */
const MOST_LEVELS = 10

/** The line of a file that is wrong; undefined where the file can be read. */
type Check = (bytes: Buffer, name: string) => number | undefined

/** The files that `helm package` parses. */
const CHECKS: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['Chart.yaml', metadataLine],
  ['values.yaml', (bytes) => lineOf(() => checkValues(bytes))],
  ['values.schema.json', jsonLine],
  ['Chart.lock', (bytes) => lineOf(() => readLock(bytes))],
  ['requirements.lock', (bytes) => lineOf(() => readLock(bytes))],
  ['.helmignore', doubleStarLine]
])

/**
 * The place in a chart directory for which `helm package` has refused it, in the chart or in a folder in its charts/, as
 * far as it can be found: helm's own words often name no file. Only to be asked when helm has refused the chart.
 */
export async function faultyPlace(folder: string, level = 0): Promise<Place | undefined> {
  for (const [name, check] of CHECKS) {
    const file = join(folder, name)
    const bytes = await smallFile(file)
    const line = bytes && check(bytes, name)
    if (line !== undefined) return { file, line }
  }
  if (level === MOST_LEVELS) return undefined
  for (const subchart of await foldersIn(join(folder, 'charts'))) {
    const place = await faultyPlace(subchart, level + 1)
    if (place) return place
  }
  return undefined
}

async function smallFile(path: string): Promise<Buffer | undefined> {
  const found = await stat(path).catch(() => undefined)
  if (!found?.isFile() || found.size > LARGEST_FILE_BYTES) return undefined
  return readFile(path).catch(() => undefined)
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

function lineOf(read: () => unknown): number | undefined {
  try {
    read()
    return undefined
  } catch (error) {
    if (error instanceof YamlError) return error.line ?? 1
    if (error instanceof DecodeError) return 1
    throw error
  }
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

/** Helm refuses `**`, without the name of the file (helm, pkg/ignore, parseRule). */
function doubleStarLine(bytes: Buffer): number | undefined {
  const lines = bytes.toString('utf8').split('\n')
  const index = lines.findIndex((line) => line.includes('**') && !line.trim().startsWith('#'))
  return index === -1 ? undefined : index + 1
}
