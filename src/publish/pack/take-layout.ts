import { mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ArchiveReading } from '../../chart/archive.ts'
import { encodeConfig } from '../../chart/metadata/config.ts'
import { type ChartProblem, chartError, missingMark } from '../../chart/problem.ts'
import type { Blob } from '../../oci/spec/blob.ts'
import { Failure } from '../../shared/failure.ts'
import type { ChartArtifact } from '../artifact/artifact.ts'
import { judgeArchive } from '../artifact/judge.ts'
import { otherNames } from '../artifact/manifest-names.ts'
import { PROVENANCE_TYPE } from '../artifact/media-types.ts'
import { type PackedChart, requireFit } from '../artifact/packed-chart.ts'
import { sizeProblems } from '../artifact/size-limits.ts'
import type { RunContext } from '../context.ts'
import { readArtifact } from '../layout/layout-artifact.ts'
import type { LayoutReference } from '../layout/layout-reference.ts'
import { throwIfFull } from '../private-folder.ts'
import type { PackRequest } from './pack-request.ts'
import { requireVersions } from './require-versions.ts'

/**
 * Takes a chart from an OCI image layout, to publish these very bytes, the manifest included.
 * @throws Failure chart, when it is damaged or not fit to publish; usage, when the inputs ask for another one
 */
export async function takeFromLayout(
  { folder, digest }: LayoutReference,
  request: PackRequest,
  context: RunContext
): Promise<PackedChart> {
  if (request.annotations.size > 0) throw fixedManifest(request.chart)
  const artifact = await readArtifact(folder, digest)
  const reading = judgeArchive(artifact.chart.bytes)
  const problems = [
    ...reading.problems,
    ...configProblems(artifact.config, reading),
    ...nameProblems(artifact, reading),
    ...sizeProblems(artifact)
  ]
  const fit = requireFit({ ...reading, problems }, () => artifact, { ...request, ...context })
  const { archive } = fit
  requireVersions(request, archive.metadata)
  const { name, version } = archive.metadata
  context.logger.info(
    `The layout has ${name} ${version}; its manifest is published as it is, ${artifact.manifest.digest}, with the time in it.`
  )
  const path = join(await mkdtemp(join(context.folder, 'layout-')), `${name}-${version}.tgz`)
  await writeFiles(path, artifact).catch((error: unknown) => {
    throwIfFull(error, context.folder)
    throw error
  })
  return { ...fit, path, given: undefined, toRepeat: undefined }
}

/** For those who want to keep the archive itself. */
async function writeFiles(path: string, { chart, layers }: ChartArtifact): Promise<void> {
  await writeFile(path, chart.bytes)
  const provenance = layers.find(({ mediaType }) => mediaType === PROVENANCE_TYPE)
  if (provenance) await writeFile(`${path}.prov`, provenance.bytes)
}

/** The config has to be the one that Helm makes of the chart, to the byte. */
function configProblems({ bytes }: Blob, { archive }: ArchiveReading): readonly ChartProblem[] {
  if (!archive || bytes.equals(encodeConfig(archive.metadata))) return []
  const message = 'The config is not the one that `helm push` makes of the chart.'
  const fix = 'Publish the archive itself.'
  return [missingMark('config-contradicts-chart', message, fix)]
}

/** A manifest that goes by the name of another chart would deceive those who look at it. */
function nameProblems(
  { manifest, config }: ChartArtifact,
  { metadata }: ArchiveReading
): readonly ChartProblem[] {
  if (!metadata) return []
  const names = otherNames({ manifest: manifest.bytes, config: config.bytes }, metadata)
  if (names.length === 0) return []
  const message = `The archive is ${metadata.name} ${metadata.version}, but ${names.join(', ')}.`
  const fix = 'Write the layout again from the archive, with `oci-layout`.'
  return [chartError('names-other-chart', message, fix)]
}

function fixedManifest(chart: string): Failure {
  const message = `\`annotations\` would change the manifest of ${chart}, which is published as it is.`
  return new Failure('usage', { message, fix: 'Give `annotations` when the layout is written.' })
}
