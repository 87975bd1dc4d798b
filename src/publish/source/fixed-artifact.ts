import { mkdtemp, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ChartArtifact } from '../../artifact/artifact.ts'
import { createdTime } from '../../artifact/created.ts'
import { fileBacked } from '../../artifact/file-backed.ts'
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
import type { LoadContext, LoadOptions } from '../model/request.ts'
import { requireVersions } from './release-version.ts'

/** Where an artifact comes from that is published with its own manifest. */
interface FixedSource {
  /** As users see it. */
  readonly chart: string
  /** When what would change the manifest could have been given, as in `when the layout is written`. */
  readonly writtenWhen: string
  /** For a manifest that contradicts its archive. */
  readonly fix: string
}

/**
 * Refuses what would change the manifest of a chart that is published unchanged.
 * @throws Failure usage
 */
export function requireUnchanged(
  { chart, writtenWhen }: Omit<FixedSource, 'fix'>,
  { inputs: { annotations }, sign }: Pick<LoadOptions, 'inputs' | 'sign'>
): void {
  // A signature is a layer of the manifest.
  const given = [
    annotations.size > 0 && input('annotations'),
    sign !== undefined && input('gpg-private-key')
  ].find((name) => name !== false)
  if (given === undefined) return
  const message = `${given} would change the manifest of ${chart}, which is published unchanged.`
  throw new Failure('usage', { message, fix: `Set ${given} ${writtenWhen}.` })
}

/**
 * The chart of an artifact that is published unchanged, with its archive in the private folder of the run.
 * @throws Failure chart, when it is not valid; usage, when the inputs ask for another one
 */
export async function takeFixed(
  artifact: ChartArtifact,
  { chart, fix }: Omit<FixedSource, 'writtenWhen'>,
  { options, context }: { readonly options: LoadOptions; readonly context: LoadContext }
): Promise<PackedChart> {
  const { folder, secrets } = context
  const reading = validateArchive(artifact.chart.bytes)
  const problems = [
    ...reading.problems,
    ...configProblems(artifact.config, reading),
    ...nameProblems(artifact, reading, fix),
    ...sizeProblems(artifact)
  ]
  const rules = { requireGenuine: options.inputs.requireGenuine, secrets }
  const valid = requireValid({ ...reading, problems }, () => artifact, rules)
  const { metadata } = valid.archive
  requireVersions(chart, metadata, options)
  const name = `${metadata.name}-${metadata.version}.tgz`
  const path = join(await mkdtemp(join(folder, 'fixed-')), name)
  await writeFiles(path, artifact).catch((error: unknown) => {
    throwIfFull(error, folder)
    throw error
  })
  return { ...valid, ...fileBacked(path, valid), path, given: undefined, toRepeat: undefined }
}

/** For those who want to keep the archive itself, with the time by which `helm push` writes the same manifest. */
async function writeFiles(path: string, { chart, layers, manifest }: ChartArtifact): Promise<void> {
  const time = createdTime(manifest.bytes)
  const provenance = layers.find(({ mediaType }) => mediaType === PROVENANCE_TYPE)
  const files = [
    [path, chart],
    ...(provenance ? ([[`${path}.prov`, provenance]] as const) : [])
  ] as const
  for (const [file, { bytes }] of files) {
    await writeFile(file, bytes)
    if (time) await utimes(file, time, time)
  }
}

/** The config has to be the one that Helm makes of the chart, to the byte. */
function configProblems({ bytes }: Blob, { archive }: ArchiveReading): readonly ChartProblem[] {
  if (!archive || bytes.equals(encodeConfig(archive.metadata))) return []
  const message = 'The config differs from the one that `helm push` would create.'
  const fix = 'Publish the archive itself.'
  return [missingFingerprint('config-contradicts-chart', message, fix)]
}

/** A manifest with the name of another chart would mislead its readers. */
function nameProblems(
  { manifest, config }: ChartArtifact,
  { metadata }: ArchiveReading,
  fix: string
): readonly ChartProblem[] {
  if (!metadata) return []
  const names = otherNames({ manifest: manifest.bytes, config: config.bytes }, metadata)
  if (names.length === 0) return []
  const message = `The archive is ${metadata.name} ${metadata.version}, but ${names.join(', ')}.`
  return [chartError('names-other-chart', message, fix)]
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
