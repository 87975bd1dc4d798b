import { mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ChartArtifact } from '../../artifact/artifact.ts'
import { fileBacked } from '../../artifact/file-backed.ts'
import { readArtifact } from '../../artifact/layout-charts.ts'
import { PROVENANCE_TYPE } from '../../artifact/media-types.ts'
import type { PackedChart } from '../../artifact/packed-chart.ts'
import { requireValid } from '../../artifact/require-valid.ts'
import { sizeProblems } from '../../artifact/size-limits.ts'
import { validateArchive } from '../../artifact/validate-archive.ts'
import type { ArchiveReading } from '../../chart/archive.ts'
import { encodeConfig, TITLE, VERSION } from '../../chart/metadata/config.ts'
import type { Metadata } from '../../chart/metadata/metadata.ts'
import { type ChartProblem, chartError, missingFingerprint } from '../../chart/model/problem.ts'
import type { Blob } from '../../oci/spec/blob.ts'
import { Failure } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'
import { isObject, parseJson } from '../../shared/json.ts'
import { throwIfFull } from '../../shared/private-folder.ts'
import { type LayoutSource, sourceText } from '../model/chart-source.ts'
import type { LoadContext, LoadOptions } from '../model/request.ts'
import { requireVersions } from './release-version.ts'

/**
 * Takes a chart from an OCI image layout, to publish these very bytes, the manifest included.
 * @throws Failure chart, when it is damaged or not valid; usage, when the inputs ask for another one
 */
export async function takeFromLayout(
  source: LayoutSource,
  options: LoadOptions,
  { folder, secrets, logger }: LoadContext
): Promise<PackedChart> {
  const chart = sourceText(source)
  const { annotations, requireGenuine } = options.inputs
  if (annotations.size > 0) throw fixedManifest(chart)
  if (options.sign) throw signedElsewhere(chart)
  const artifact = await readArtifact(source.folder, source.digest)
  const reading = validateArchive(artifact.chart.bytes)
  const problems = [
    ...reading.problems,
    ...configProblems(artifact.config, reading),
    ...nameProblems(artifact, reading),
    ...sizeProblems(artifact)
  ]
  const rules = { requireGenuine, secrets }
  const valid = requireValid({ ...reading, problems }, () => artifact, rules)
  const { metadata } = valid.archive
  requireVersions(chart, metadata, options)
  const { name, version } = metadata
  logger.info(
    `The layout has ${name} ${version}; its manifest ${artifact.manifest.digest} is published unchanged, with its time.`
  )
  const path = join(await mkdtemp(join(folder, 'layout-')), `${name}-${version}.tgz`)
  await writeFiles(path, artifact).catch((error: unknown) => {
    throwIfFull(error, folder)
    throw error
  })
  return { ...valid, ...fileBacked(path, valid), path, given: undefined, toRepeat: undefined }
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
  const message = 'The config differs from the one that `helm push` would create.'
  const fix = 'Publish the archive itself.'
  return [missingFingerprint('config-contradicts-chart', message, fix)]
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
  const fix = `Write the layout again from the archive, with ${input('oci-layout')}.`
  return [chartError('names-other-chart', message, fix)]
}

function fixedManifest(chart: string): Failure {
  const message = `${input('annotations')} would change the manifest of ${chart}, which is published unchanged.`
  return new Failure('usage', {
    message,
    fix: `Set ${input('annotations')} when the layout is written.`
  })
}

/** A signature is a layer of the manifest, which a layout has fixed. */
function signedElsewhere(chart: string): Failure {
  const message = `${input('gpg-private-key')} would change the manifest of ${chart}, which is published unchanged.`
  const fix = `Set ${input('gpg-private-key')} when the layout is written.`
  return new Failure('usage', { message, fix })
}

/**
 * Where a manifest or a config names another chart than the archive: each as a clause, `the annotation … is "b"`. What is
 * missing names none. Registries and catalogs show these names, Helm those of the archive.
 */
export function otherNames(
  { manifest, config }: { readonly manifest: Buffer; readonly config: Buffer },
  { name, version }: Metadata
): readonly string[] {
  const annotations = objectIn(parseJson(manifest), 'annotations')
  const fields = parseJson(config)
  const claims = [
    [`the annotation ${TITLE}`, annotations[TITLE], name],
    [`the annotation ${VERSION}`, annotations[VERSION], version],
    ['`name` in the config', isObject(fields) ? fields['name'] : undefined, name],
    ['`version` in the config', isObject(fields) ? fields['version'] : undefined, version]
  ] as const
  return claims.flatMap(([place, claim, wanted]) => {
    return typeof claim === 'string' && claim !== wanted ? [`${place} is "${claim}"`] : []
  })
}

function objectIn(value: unknown, key: string): Readonly<Record<string, unknown>> {
  const inner = isObject(value) ? value[key] : undefined
  return isObject(inner) ? inner : {}
}
