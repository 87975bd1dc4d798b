import type { PackedChart } from '../../artifact/packed-chart.ts'
import { tagOf } from '../../chart/metadata/chart-version.ts'
import type { Reference, Target } from '../../oci/spec/reference.ts'
import { failureOf, type Problem } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'
import { chartReference } from './chart-reference.ts'
import { extraTags } from './extra-tags.ts'

/** What decides where a chart goes. */
export interface NamedChart {
  /** As it was found. */
  readonly path: string
  readonly name: string
  readonly version: string
}

/** A chart that is ready to be published. */
export interface ReadyChart extends NamedChart {
  readonly packed: PackedChart
  /** How long it took to read and to package it. */
  readonly seconds: number
}

/** A chart with all the tags that it is to bear, wherever it goes. */
export interface PlannedChart<T extends NamedChart = ReadyChart> {
  readonly chart: T
  /** That of its version first; none twice. */
  readonly tags: readonly [string, ...string[]]
}

/** One chart at one target. */
export interface PlannedPublication<T extends NamedChart = ReadyChart> {
  readonly chart: T
  readonly target: Target
  readonly reference: Reference
  /** Beside that of the version. */
  readonly extraTags: readonly string[]
}

/**
 * The charts with their tags, in their order.
 * @param templates of the extra tags
 * @throws Failure usage, when two charts would bear one tag, or a template makes none
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
      const claim = { path: chart.path, isExtra: index > 0 }
      claims.set(place, claim)
      return other === undefined ? [] : [contradiction(place, other, claim)]
    })
  })
}

interface Claim {
  /** Of the chart. */
  readonly path: string
  /** Whether it comes from `tags`. */
  readonly isExtra: boolean
}

function contradiction(place: string, one: Claim, other: Claim): Problem {
  const message = `"${one.path}" and "${other.path}" both make ${place}.`
  const fix =
    one.isExtra || other.isExtra
      ? `Leave the tag out of ${input('tags')}, or publish the charts in two runs, the one that is to have it last.`
      : 'Leave one of them out with `!`, or give it another version.'
  return { message, fix }
}

function distinct(problems: readonly Problem[]): readonly Problem[] {
  return problems.filter(({ message }, index) => {
    return problems.findIndex((other) => other.message === message) === index
  })
}
