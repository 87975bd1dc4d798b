import { tagOf } from '../../chart/metadata/chart-version.ts'
import type { Metadata } from '../../chart/metadata/metadata.ts'
import { isRepositoryName, type Reference, type Target } from '../../oci/spec/reference.ts'
import { Failure } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'

/**
 * The reference of a chart below `target`, as `helm push` forms it: the chart's name as last
 * component, `+` of the version as `_`. Name and version are legal, see `validateArchive`.
 * @throws Failure usage, when path and name together are too long
 */
export function chartReference(
  target: Target,
  { name, version }: Pick<Metadata, 'name' | 'version'>
): Reference {
  const repository = { host: target.host, name: [target.path, name].filter(Boolean).join('/') }
  if (isRepositoryName(repository.name)) return { repository, tag: tagOf(version) }
  const message = `The chart cannot be pushed: "${repository.name}" is not an OCI repository name.`
  throw new Failure('usage', { message, fix: `Use a shorter path in ${input('registry')}.` })
}

/** A word on a target whose path already ends in the chart's name, a common slip: `helm push` adds the name. */
export function repeatedName(target: Target, name: string): string | undefined {
  if (target.path !== name && !target.path.endsWith(`/${name}`)) return undefined
  return `${input('registry')} already ends in the name of the chart; it goes to ${target.host}/${target.path}/${name}.`
}
