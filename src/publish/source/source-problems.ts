import { listNames } from '../../chart/chart-files.ts'
import { gitProblem } from '../../chart/git-folder.ts'
import { type ChartProblem, chartError } from '../../chart/problem.ts'
import { toText } from '../../chart/tar/byte-string.ts'
import type { Obstacle, SourceLink, SourceTree } from './tree.ts'

const SHOWN = 5

/** What in a chart directory keeps helm from packaging it, or must not be packaged. */
export function treeProblems(tree: SourceTree): readonly ChartProblem[] {
  const { badLinks, obstacles, gitFolders, isTooLarge } = tree
  return [
    ...(badLinks.length > 0 ? [badLinkProblem(badLinks)] : []),
    ...(obstacles.length > 0 ? [obstacleProblem(obstacles)] : []),
    ...(gitFolders.length > 0 ? [gitProblem(gitFolders)] : []),
    ...(isTooLarge ? [tooManyFiles(tree)] : [])
  ]
}

function badLinkProblem(links: readonly Obstacle[]): ChartProblem {
  const message = `Helm cannot follow links in the chart: ${listObstacles(links)}.`
  const fix =
    'Remove them, or let them lead to a file or folder; .helmignore does not hide a link from Helm.'
  return chartError('source-link-broken', message, fix)
}

function obstacleProblem(obstacles: readonly Obstacle[]): ChartProblem {
  const message = `Helm cannot package what is in the chart: ${listObstacles(obstacles)}.`
  const fix = 'Make them regular files and folders that can be read, or remove them.'
  return chartError('source-not-regular', message, fix)
}

function listObstacles(obstacles: readonly Obstacle[]): string {
  const shown = obstacles.slice(0, SHOWN).map(({ path, why }) => `${listNames([path])} (${why})`)
  const more = obstacles.length - shown.length
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ')
}

function tooManyFiles({ files }: SourceTree): ChartProblem {
  const message = `The chart has more files and folders than Helm charts have; ${files.length} were counted.`
  const fix = 'Name folders that do not belong to the chart in .helmignore.'
  return chartError('source-too-many-files', message, fix)
}

/** Links that lead out of the work tree, which needs consent: what they lead to is published. */
export function outsideLinkProblem(
  links: readonly SourceLink[],
  workTree: string
): readonly ChartProblem[] {
  if (links.length === 0) return []
  const message = `Links lead out of the work tree "${workTree}", and what they lead to would be published: ${listLinks(links)}.`
  const fix =
    'Put the files themselves into the chart. If they are meant to be published, set `allow-outside-files: true`.'
  return [chartError('source-link-outside', message, fix)]
}

/** What is worth knowing of links that lead out of the chart and are followed. */
export function linkNotice(chart: string, links: readonly SourceLink[]): string | undefined {
  if (links.length === 0) return undefined
  return `${chart}: links lead out of the chart, and what they lead to is packaged: ${listLinks(links)}.`
}

function listLinks(links: readonly SourceLink[]): string {
  const shown = links.slice(0, SHOWN).map(({ path, realPath }) => {
    return `"${toText(path)}" to "${toText(realPath)}"`
  })
  const more = links.length - shown.length
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ')
}
