import { isChartVersion, tagOf } from '../chart/metadata/chart-version.ts'
import type { Metadata } from '../chart/metadata/metadata.ts'
import { type ChartProblem, chartError, chartWarning } from '../chart/model/problem.ts'
import type { ArtifactReference } from '../oci/spec/artifact-reference.ts'
import { hiddenTag } from './validate-archive.ts'

type Names = Pick<Metadata, 'name' | 'version'>

/** What the reference says otherwise than the chart. Helm pulls it all the same, and goes by the chart. */
export function referenceProblems(
  { repository, tag, digest }: ArtifactReference,
  metadata: Names | undefined
): readonly ChartProblem[] {
  const lastPart = repository.name.split('/').at(-1) ?? ''
  const problems: ChartProblem[] = []
  if (metadata && metadata.name !== lastPart) {
    const message = `The repository ends in "${lastPart}", the chart is named "${metadata.name}".`
    const fix = `Publish it as "${metadata.name}", where \`helm push\` would put it.`
    problems.push(chartWarning('name-contradicts-repository', message, fix))
  }
  if (tag === undefined || digest !== undefined) return problems
  return [...problems, ...tagProblems(tag, metadata)]
}

/** Helm takes a tag for a version, and where it is none for a range of versions to look for. */
function tagProblems(tag: string, metadata: Names | undefined): readonly ChartProblem[] {
  if (!isChartVersion(tag.replaceAll('_', '+'))) {
    const message = `Helm pulls charts by version, and "${tag}" is not a version.`
    const fix = 'Name the chart by its version or its digest; `oras tag` adds a tag to it.'
    return [chartError('tag-not-version', message, fix)]
  }
  if (metadata && tag !== tagOf(metadata.version) && hiddenTag(tag).length === 0) {
    const message = `The tag is "${tag}", the version of the chart "${metadata.version}".`
    const fix = `Publish it as "${tagOf(metadata.version)}", as \`helm push\` would.`
    return [chartWarning('tag-contradicts-version', message, fix)]
  }
  return hiddenTag(tag)
}
