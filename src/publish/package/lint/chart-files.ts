import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { keyLines } from '../../../chart/yaml/read-yaml.ts'
import type { UserFiles } from './lint-finding.ts'

/** Helm refuses larger ones (helm, pkg/chart/loader/archive, MaxDecompressedFileSize). */
const LARGEST_FILE_BYTES = 5 * 1024 * 1024

/** The files of a chart directory, as far as findings are about them. */
export function userFiles(chart: string): UserFiles {
  let lines: ReadonlyMap<string, number> | undefined
  return {
    has: (path) => isInside(path) && isFile(join(chart, path)),
    lineOfKey: (key) => {
      lines ??= linesOf(join(chart, 'Chart.yaml'))
      return lines.get(key)
    }
  }
}

/** Texts of helm can hold any path. */
function isInside(path: string): boolean {
  return path !== '' && !path.includes('\0') && !path.split(/[\\/]/).includes('..')
}

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true
  } catch {
    // The name is too long, a folder in it is a file or must not be read.
    return false
  }
}

function linesOf(file: string): ReadonlyMap<string, number> {
  if (!isFile(file) || statSync(file).size > LARGEST_FILE_BYTES) return new Map()
  return keyLines(readFileSync(file))
}
