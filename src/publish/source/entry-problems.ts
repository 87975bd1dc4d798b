import { withoutLogin } from '../../oci/spec/reference.ts'
import { failureOf, type Problem } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'
import type { Logger } from '../../shared/logger.ts'
import type { IfNoChartsFound } from '../model/request.ts'

/**
 * Deals with what names no chart (an empty `chart`, patterns and layouts without one) as `if-no-charts-found` says.
 * @throws Failure usage, with everything that is missing, when that is an error
 */
export function reportMissing(
  missing: readonly Problem[],
  ifNoChartsFound: IfNoChartsFound,
  logger: Logger
): void {
  if (missing.length === 0) return
  if (ifNoChartsFound === 'error') throw failureOf('usage', missing)
  for (const { message } of missing) {
    if (ifNoChartsFound === 'warn') logger.warning(message)
    else logger.info(message)
  }
}

function whenExpected(): string {
  return `set ${input('if-no-charts-found')} to \`warn\` or \`ignore\` when runs without charts are expected.`
}

/** Something that names no chart; `fix` is an instruction without its period. */
export function missing(message: string, fix: string): Problem {
  return { message, fix: `${fix}, or ${whenExpected()}` }
}

/**
 * What is wrong with an entry of `chart` that is a URL, or names an archive of a kind that is not read. A user and a
 * query, which may have a secret, are not shown.
 */
export function remoteProblem(entry: string): Problem | undefined {
  const [, scheme] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(entry) ?? []
  if (scheme === undefined) return undefined
  const shown = withoutLogin(entry).replace(/[?#].*$/s, '')
  const message = `The chart "${shown}" is not a local path; charts can be directories, archives (.tgz), OCI image layouts or charts in registries (oci://).`
  return { message, fix: remoteFix(scheme.toLowerCase()) }
}

function remoteFix(scheme: string): string {
  const chart = input('chart')
  switch (scheme) {
    case 'oci':
      return `Set ${chart} to it on a separate line.`
    case 'file':
      return `Set ${chart} to the path only.`
    default:
      return `Download it in an earlier step, and set ${chart} to its path.`
  }
}
