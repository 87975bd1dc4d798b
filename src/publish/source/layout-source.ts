import { readArtifact } from '../../artifact/layout-charts.ts'
import type { PackedChart } from '../../artifact/packed-chart.ts'
import { input } from '../../shared/input-name.ts'
import { type LayoutSource, layoutPlace, sourceText } from '../model/chart-source.ts'
import type { LoadContext, LoadOptions } from '../model/request.ts'
import { requireUnchanged, takeFixed } from './fixed-artifact.ts'

/**
 * Takes a chart from an OCI image layout, to publish these very bytes, the manifest included.
 * @throws Failure chart, when it is damaged or not valid; usage, when the inputs ask for another one
 */
export async function takeFromLayout(
  source: LayoutSource,
  options: LoadOptions,
  context: LoadContext
): Promise<PackedChart> {
  const chart = sourceText(source)
  requireUnchanged({ chart, writtenWhen: 'when the layout is written' }, options)
  const artifact = await readArtifact(layoutPlace(source), source.digest)
  const fix = `Write the layout again from the archive, with ${input('oci-layout')}.`
  const packed = await takeFixed(artifact, { chart, fix }, { options, context })
  const { name, version } = packed.archive.metadata
  context.logger.detail(
    `The layout has ${name} ${version}; its manifest ${artifact.manifest.digest} is published unchanged, with its time.`
  )
  return packed
}
