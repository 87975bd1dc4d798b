import type { PackedChart } from '../../artifact/packed-chart.ts'
import { tagOf } from '../../chart/metadata/chart-version.ts'
import { isRepositoryName, type Reference, type Target } from '../../oci/spec/reference.ts'
import { Failure, failureOf, type Problem } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'
import { type ChartSource, sourceText } from './chart-source.ts'
import { extraTags } from './extra-tags.ts'

/** What decides where a chart goes. */
export interface NamedChart {
  readonly source: ChartSource
  readonly name: string
  readonly version: string
}

/** A chart that is ready to be published. */
export interface ReadyChart extends NamedChart {
  readonly packed: PackedChart
  /** The charts of the run that are dependencies of it. */
  readonly needs: readonly ChartSource[]
  /** How long it took to read and to package it. */
  readonly seconds: number
}

/** A chart with all the tags that it gets, wherever it goes. */
export interface PlannedChart<T extends NamedChart = ReadyChart> {
  readonly chart: T
  /** The one of its version first; none twice. */
  readonly tags: readonly [string, ...string[]]
}

/** One chart at one target. */
export interface PlannedPublication<T extends NamedChart = ReadyChart> {
  readonly chart: T
  readonly target: Target
  readonly reference: Reference
  /** In addition to the one of the version. */
  readonly extraTags: readonly string[]
}

/**
 * The charts with their tags, in their order.
 * @param templates of the extra tags
 * @throws Failure usage, when two charts would get one tag, or a template makes none
 */
export function planCharts<T extends NamedChart>(
  charts: readonly T[],
  templates: readonly string[]
): readonly PlannedChart<T>[] {
  const problems: Problem[] = []
  const planned = charts.map((chart): PlannedChart<T> => {
    const { version } = chart
    const own = tagOf(version)
    const extra = extraTags(templates, version)
    if ('problems' in extra) problems.push(...extra.problems)
    const tags = 'tags' in extra ? extra.tags : []
    return { chart, tags: [own, ...tags.filter((tag) => tag !== own)] }
  })
  problems.push(...contradictions(planned))
  if (problems.length > 0) throw failureOf('usage', distinct(problems))
  return planned
}

/** Every chart at every target, charts first. @throws Failure usage, when a path and a name are too long together */
export function planPublications<T extends NamedChart>(
  charts: readonly PlannedChart<T>[],
  targets: readonly Target[]
): readonly PlannedPublication<T>[] {
  return charts.flatMap(({ chart, tags: [, ...extra] }) => {
    return targets.map((target) => {
      const reference = chartReference(target, chart)
      return { chart, target, reference, extraTags: extra }
    })
  })
}

/** Tags that two charts claim: the same version twice, or an extra tag that another chart has as well. */
function contradictions(planned: readonly PlannedChart<NamedChart>[]): readonly Problem[] {
  const claims = new Map<string, Claim>()
  return planned.flatMap(({ chart, tags }) => {
    return tags.flatMap((tag, index) => {
      const place = `${chart.name}:${tag}`
      const other = claims.get(place)
      const claim = { chart: sourceText(chart.source), isExtra: index > 0 }
      claims.set(place, claim)
      return other === undefined ? [] : [contradiction(place, other, claim)]
    })
  })
}

interface Claim {
  readonly chart: string
  /** Whether it comes from `tags`. */
  readonly isExtra: boolean
}

function contradiction(place: string, one: Claim, other: Claim): Problem {
  const message = `"${one.chart}" and "${other.chart}" would both be published as ${place}.`
  const fix =
    one.isExtra || other.isExtra
      ? `Leave the tag out of ${input('tags')}, or publish the charts in two runs: last the one that should have the tag.`
      : 'Exclude one of them (with `!` if a pattern finds it), or publish it with another version.'
  return { message, fix }
}

function distinct(problems: readonly Problem[]): readonly Problem[] {
  return problems.filter(({ message }, index) => {
    return problems.findIndex((other) => other.message === message) === index
  })
}

/**
 * The reference of a chart below `target`, as `helm push` forms it: the chart's name as last
 * component, `+` of the version as `_`. Name and version are legal, see `validateArchive`.
 * @throws Failure usage, when path and name together are too long
 */
export function chartReference(
  target: Target,
  { name, version }: Pick<NamedChart, 'name' | 'version'>
): Reference {
  const repository = { host: target.host, name: [target.path, name].filter(Boolean).join('/') }
  if (isRepositoryName(repository.name)) return { repository, tag: tagOf(version) }
  const message = `The chart cannot be pushed: "${repository.name}" is not an OCI repository name.`
  throw new Failure('usage', { message, fix: `Use a shorter path in ${input('registry')}.` })
}

/** A warning on a target whose path already ends in the chart's name, a common slip: `helm push` adds the name. */
export function repeatedName(target: Target, name: string): string | undefined {
  if (target.path !== name && !target.path.endsWith(`/${name}`)) return undefined
  return `${input('registry')} already ends in the name of the chart; it goes to ${target.host}/${target.path}/${name}.`
}

/** `host/path` of a target. */
export function targetText({ host, path }: Target): string {
  return path === '' ? host : `${host}/${path}`
}
