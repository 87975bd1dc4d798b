import { leakWarnings } from './leaks/leak-warnings.ts'
import { type ChartFile, listNames } from './model/chart-file.ts'
import { isLfsPointer, LFS_FIX } from './model/lfs-pointer.ts'
import { type ChartProblem, chartWarning } from './model/problem.ts'
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
  const message = `Helm 3.17.3 to 3.22 and 4.0 to 4.2 cannot load this chart, for files over 5 MiB: ${listNames(large.map(({ path }) => path))}.`
  const fix = 'Leave the file out with .helmignore, or tell users to take Helm 4.3 or newer.'
  return [chartWarning('file-over-5-mib', message, fix)]
}

function lfsPointers(files: readonly ChartFile[]): readonly ChartProblem[] {
  const pointers = files.filter(({ bytes }) => isLfsPointer(bytes)).map(({ path }) => path)
  if (pointers.length === 0) return []
  const message = `The chart holds pointers of Git LFS instead of the files themselves: ${listNames(pointers)}.`
  return [chartWarning('lfs-pointer', message, LFS_FIX)]
}
