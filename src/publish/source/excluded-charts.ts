import { resolve } from 'node:path'
import { layoutReference } from '../../artifact/layout-charts.ts'
import { withoutLogin } from '../../oci/spec/reference.ts'
import type { Problem } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'
import { type ExpandOptions, expandPattern, listParts } from './expand-pattern.ts'
import { isPath } from './holding-chart.ts'

/** What is left of the charts. A line that excludes none of them causes a warning: it was written for a reason. */
export async function withoutExcluded(
  charts: readonly string[],
  excluded: readonly string[],
  options: ExpandOptions
): Promise<readonly string[]> {
  const present = new Set(charts.map((chart) => resolve(chart)))
  const out = new Set<string>()
  for (const line of excluded) {
    const paths = (await matches(line, options)).map((path) => resolve(path))
    if (!paths.some((path) => present.has(path))) options.logger.warning(idleLine(line, charts))
    for (const path of paths) out.add(path)
  }
  return charts.filter((chart) => !out.has(resolve(chart)))
}

/** What a line matches, or, where it matches nothing, the parts of the list that it may be. */
async function matches(line: string, options: ExpandOptions): Promise<readonly string[]> {
  const whole = await expandPattern(line, options)
  if (whole.length > 0) return whole
  const parts = listParts(line).map((part) => part.replace(/^!/, ''))
  return (await Promise.all(parts.map((part) => expandPattern(part, options)))).flat()
}

function idleLine(line: string, charts: readonly string[]): string {
  const ofLayout = charts.some((chart) => layoutReference(chart))
    ? ' What is in an OCI image layout is published as a whole, or by its digest.'
    : ''
  return `${input('chart')} has the line "!${withoutLogin(line)}", which excludes no chart.${ofLayout}`
}

/**
 * Lines with `!` that are the path of a file, or begin a list with one: lists of changed files have names that others
 * chose, which must not keep charts from being published.
 */
export async function ambiguousExclusions(
  excluded: readonly string[]
): Promise<readonly Problem[]> {
  const problems: Problem[] = []
  for (const line of excluded) {
    const parts = [`!${line}`, ...listParts(`!${line}`).filter((part) => part.startsWith('!'))]
    for (const path of new Set(parts)) {
      if (await isPath(path)) problems.push(ambiguous(path))
    }
  }
  return problems
}

function ambiguous(path: string): Problem {
  const message = `${input('chart')} has "${path}", which would exclude charts, but there is a file of that name.`
  return { message, fix: `Rename the file, or write "./${path}" if it is meant.` }
}
