import { type Attempt, attempt } from '../../shared/attempt.ts'
import { deferred } from '../../shared/deferred.ts'
import { sourceText } from '../model/chart-source.ts'
import type { ReadyChart } from '../model/plan.ts'
import type { ChartInputs } from '../model/request.ts'
import type { LintResult } from './lint/lint-chart.ts'
import type { ChartToPlan, OrInvalid } from './load-charts.ts'
import type { CompleteChart } from './package-by-helm.ts'
import { type PackageContext, type PackagedDirectory, packageDirectory } from './package-chart.ts'
import type { RunLint } from './run-lint.ts'

export type OneContext = Omit<PackageContext, 'isComplete'> & { readonly lint: RunLint }

interface OnePackaging {
  readonly packaged: Promise<OrInvalid<ReadyChart>>
  /** When all is logged of it. */
  readonly logged: Promise<unknown>
}

/** Packages a chart, and lints it beside; it is kept waiting for that only where lint may fail it. */
export function packageOne(
  chart: OrInvalid<ChartToPlan>,
  inputs: ChartInputs,
  context: OneContext
): OnePackaging {
  if ('error' in chart) return { packaged: Promise.resolve(chart), logged: Promise.resolve() }
  const { source } = chart
  const { lint, logger } = context
  const linting = deferred<LintResult | undefined>()
  const isComplete = (complete: CompleteChart) => linting.resolve(lint.begin(complete, logger))
  const packaging = attempt(() => packageInGroup(chart, inputs, { ...context, isComplete }))
  const reporting = packaging.then(async () => {
    linting.resolve(undefined)
    await lint.report(linting.promise, sourceText(source), logger)
  })
  reporting.catch(() => undefined)
  const packaged = packaging.then((done) =>
    resultOf(chart, done, lint.mayFail ? reporting : undefined)
  )
  return { packaged, logged: Promise.allSettled([packaged, reporting]) }
}

async function packageInGroup(
  chart: ChartToPlan,
  inputs: ChartInputs,
  context: PackageContext
): Promise<PackagedDirectory> {
  const { logger } = context
  const packaged = await logger.group(`Package ${sourceText(chart.source)}`, () => {
    return packagedChart(chart, inputs, context)
  })
  for (const { text, place } of packaged.packed.warnings) logger.warning(text, { place })
  return packaged
}

/** @param reporting what else may keep the chart from being published */
async function resultOf(
  chart: ChartToPlan,
  done: Attempt<PackagedDirectory>,
  reporting: Promise<void> | undefined
): Promise<OrInvalid<ReadyChart>> {
  const { source } = chart
  const linted = await attempt(async () => reporting)
  const seconds = chart.seconds + done.seconds
  if ('error' in done) return { source, error: done.error, seconds }
  if ('error' in linted) return { source, error: linted.error, seconds }
  const { packed, needs } = done.value
  const { name, version } = packed.archive.metadata
  return { source, name, version, packed, needs: needs.map((one) => one.source), seconds }
}

async function packagedChart(
  chart: ChartToPlan,
  inputs: ChartInputs,
  context: PackageContext
): Promise<PackagedDirectory> {
  if (chart.kind === 'packaged') return { packed: chart.packed, needs: [] }
  return packageDirectory(chart, inputs, context)
}
