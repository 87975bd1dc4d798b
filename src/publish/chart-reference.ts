import { tagOf } from '../chart/chart-version.ts'
import type { Metadata } from '../chart/metadata.ts'
import { isRepositoryName, isTag, type Reference, type Target } from '../oci/reference.ts'
import { failureOf, type Problem } from '../shared/failure.ts'

/**
 * The reference of a chart below `target`, as `helm push` forms it: the chart's name as last
 * component, `+` of the version as `_`.
 * @throws Failure chart, when name or version cannot stand in a reference
 */
export function chartReference(target: Target, { name, version }: Metadata): Reference {
  const repository = { host: target.host, name: [target.path, name].filter(Boolean).join('/') }
  const tag = tagOf(version)
  const problems: Problem[] = []
  if (!isRepositoryName(repository.name)) {
    const message = `The chart cannot be pushed: "${repository.name}" is not an OCI repository name.`
    problems.push({
      message,
      fix: 'Use lower-case letters and digits, separated by ".", "_" or "-", as `name` in Chart.yaml.'
    })
  }
  if (!isTag(tag)) {
    const message = `The chart cannot be pushed: its version makes the tag "${tag}", which is not an OCI tag.`
    problems.push({ message, fix: 'Use a version of at most 128 characters.' })
  }
  if (problems.length > 0) throw failureOf('chart', problems)
  return { repository, tag }
}

/** A word on a target whose path already ends in the chart's name, a common slip: `helm push` adds the name. */
export function repeatedName(target: Target, name: string): string | undefined {
  if (target.path !== name && !target.path.endsWith(`/${name}`)) return undefined
  return `\`registry\` already ends in the name of the chart; it goes to ${target.host}/${target.path}/${name}.`
}
