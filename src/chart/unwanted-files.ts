import { isLfsPointer, LFS_FIX } from '../shared/lfs-pointer.ts'
import { leakWarnings } from './leaks/leak-warnings.ts'
import { type ByteString, type ChartFile, listNames, toText } from './model/chart-file.ts'
import { type ChartProblem, chartError, chartWarning } from './model/problem.ts'
import { withNestedFiles } from './nested-files.ts'

/** Helm 3.17.3 to 3.22 and 4.0 to 4.2 refuse larger files (helm, MaxDecompressedFileSize); 4.3 does not. */
const FORMER_FILE_LIMIT_BYTES = 5 * 1024 * 1024

/** What is worth a word though it keeps nothing from being published. */
export function warningsOn(files: readonly ChartFile[]): readonly ChartProblem[] {
  return [...largeFiles(files), ...lfsPointers(files), ...leakWarnings(withNestedFiles(files))]
}

function largeFiles(files: readonly ChartFile[]): readonly ChartProblem[] {
  const large = files.filter(({ bytes }) => bytes.length > FORMER_FILE_LIMIT_BYTES)
  if (large.length === 0) return []
  const message = `Helm 3.17.3 to 3.22 and 4.0 to 4.2 cannot load this chart, because it has files larger than 5 MiB: ${listNames(large.map(({ path }) => path))}.`
  const fix = 'Leave the file out with .helmignore, or ask users to use Helm 4.3 or newer.'
  return [chartWarning('file-over-5-mib', message, fix)]
}

function lfsPointers(files: readonly ChartFile[]): readonly ChartProblem[] {
  const pointers = files.filter(({ bytes }) => isLfsPointer(bytes)).map(({ path }) => path)
  if (pointers.length === 0) return []
  const message = `The chart contains Git LFS pointers instead of the files themselves: ${listNames(pointers)}.`
  return [chartWarning('lfs-pointer', message, LFS_FIX)]
}

/** In any case: file systems without case take `.GIT` for the folder of git. */
const GIT = /^\.git$/i
const SUBCHARTS = 'charts/'

/** What git keeps of a repository has no place in a chart: `actions/checkout` leaves the token of the job in it. */
export function gitFolderProblems(files: readonly ChartFile[]): readonly ChartProblem[] {
  const folders = withNestedFiles(files).flatMap(({ path }) => gitPathIn(path) ?? [])
  return folders.length === 0 ? [] : [gitProblem([...new Set(folders)])]
}

/** The path up to its part `.git`, a folder or the file of a submodule; undefined where it has none. */
export function gitPathIn(path: ByteString): ByteString | undefined {
  const parts = path.split('/')
  const index = parts.findIndex((part) => GIT.test(part))
  return index === -1 ? undefined : parts.slice(0, index + 1).join('/')
}

/** @param paths of what is named `.git`, or of links into such a folder */
export function gitProblem(paths: readonly ByteString[]): ChartProblem {
  const lines = [...new Set(paths.map(ignoreLine))].map((line) => `\`${toText(line)}\``).join(', ')
  const isInSubchart = paths.some((path) => path.startsWith(SUBCHARTS))
  const message = `The chart would publish data of a git repository, which may include tokens: ${listNames(paths)}.`
  const fix = `Add the line ${lines} to the file .helmignore of the chart.`
  const more = ' If a subchart is an archive, package it again without it.'
  return chartError('git-folder', message, isInSubchart ? `${fix}${more}` : fix)
}

/** A pattern without a slash matches files and folders at any depth (helm, pkg/ignore), those of subcharts as well. */
function ignoreLine(path: ByteString): ByteString {
  const name = path.split('/').at(-1) ?? ''
  return GIT.test(name) ? name : `/${path}`
}
