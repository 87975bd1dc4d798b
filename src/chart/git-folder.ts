import { type ByteString, toText } from './model/byte-string.ts'
import { type ChartFile, listNames } from './model/chart-file.ts'
import { type ChartProblem, chartError } from './model/problem.ts'
import { withNestedFiles } from './nested-files.ts'

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
  const more = ' Package a subchart that is an archive again, without it.'
  return chartError('git-folder', message, isInSubchart ? `${fix}${more}` : fix)
}

/** A pattern without a slash matches files and folders at any depth (helm, pkg/ignore), those of subcharts as well. */
function ignoreLine(path: ByteString): ByteString {
  const name = path.split('/').at(-1) ?? ''
  return GIT.test(name) ? name : `/${path}`
}
