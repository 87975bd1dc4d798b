import { findHelm, type Helm } from '../helm/find.ts'
import { heedsSourceDate, PINNED_VERSION } from '../helm/helm-version.ts'
import { mapConcurrent } from '../shared/concurrency.ts'
import type { Logger } from '../shared/logger.ts'
import { elapsedSeconds } from '../shared/seconds.ts'
import type { RunContext } from './context.ts'
import {
  failedOutcome,
  notAttempted,
  type Outcome,
  packedPublication,
  targetText
} from './outcome.ts'
import { packChart } from './pack/pack.ts'
import type { ReleaseRequest } from './pack/pack-request.ts'
import type { ReadyChart } from './plan.ts'
import { unknownPublication } from './publication.ts'

export interface UnfitChart {
  readonly path: string
  readonly error: unknown
  /** How long packaging took. */
  readonly seconds: number
}

/** Packages every chart, or says why it is not fit. Helm is found when the first one needs it, once. */
export async function packCharts(
  paths: readonly string[],
  request: ReleaseRequest,
  context: RunContext
): Promise<readonly (ReadyChart | UnfitChart)[]> {
  let found: Promise<Helm> | undefined
  const helm = (logger: Logger) => {
    const { helmVersion: wanted, helmSha256: sha256, helmDownloadUrl: downloadUrl } = request
    const { ca, timeoutMs } = request
    const options = { ...context, logger, wanted, sha256, downloadUrl, ca, timeoutMs }
    found ??= findHelm(options).then((helm) => {
      if (!heedsSourceDate(helm.version)) logger.notice(otherBytes(helm))
      return helm
    })
    return found
  }
  const warned = new Set<string>()
  const warnOnce = (text: string, logger: Logger) => {
    if (!warned.has(text)) logger.warning(text)
    warned.add(text)
  }
  const sideBySide = { concurrency: request.concurrency, logger: context.logger }
  return mapConcurrent(paths, sideBySide, async (path, logger) => {
    const started = performance.now()
    try {
      const one = { ...request, chart: path, isOnlyChart: paths.length === 1 }
      const pack = () => packChart(one, { ...context, logger, helm, warnOnce })
      const packed = await logger.group(`Package ${path}`, pack)
      for (const { text, place } of packed.warnings) logger.warning(text, { place })
      return { path, packed, seconds: elapsedSeconds(started) }
    } catch (error) {
      return { path, error, seconds: elapsedSeconds(started) }
    }
  })
}

function otherBytes({ version }: Helm): string {
  return `Helm ${version.text} writes different bytes each time, so packaging the same chart again gives another digest. For the same digest each time, set \`helm-version\` to ${PINNED_VERSION.text}.`
}

/** The outcomes of a chart when nothing is pushed, since it or another is not fit. */
export function unpublished(
  chart: ReadyChart | UnfitChart,
  { targets }: ReleaseRequest
): readonly Outcome[] {
  const places = targets.length === 0 ? [undefined] : targets
  return places.map((target) => {
    if ('packed' in chart) {
      return notAttempted(packedPublication(chart.path, target, chart.packed), chart.seconds)
    }
    const text = target && targetText(target)
    return failedOutcome(unknownPublication(chart.path, text), chart.error, chart.seconds)
  })
}
