import { basename, join, resolve } from 'node:path'
import { saveToLayout } from '../../artifact/layout-charts.ts'
import { failureOf, type Problem } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'
import { sourceText } from '../model/chart-source.ts'
import { failedPublication, packagedFacts, packagedPublication } from '../model/make-publication.ts'
import type { PlannedChart } from '../model/plan.ts'
import type {
  PackagedPublication,
  Publication,
  PushedPublication,
  Status
} from '../model/publication.ts'
import type { ReleaseRequest, RunContext } from '../model/request.ts'
import { requireRoom, type StagedArchive, stageArchive } from './staged-archive.ts'

type StagedArchives = ReadonlyMap<PlannedChart, StagedArchive>
export type SaveOptions = Pick<ReleaseRequest, 'destination' | 'targets' | 'dryRun' | 'ociLayout'>

/**
 * Has the archives ready where they are to be saved while the charts are published, and gives them their names after it.
 * @throws Failure usage, before anything is published, when they cannot be saved
 */
export async function withStaged(
  planned: readonly PlannedChart[],
  options: SaveOptions,
  publish: () => Promise<readonly (readonly Publication[])[]>
): Promise<readonly Publication[]> {
  requireDistinctPaths(planned, options)
  const staged = await stage(planned, options)
  try {
    return await deliver(planned, staged, await publish())
  } finally {
    await Promise.all([...staged.values()].map((archive) => archive.discard()))
  }
}

/** Where the archive of a chart is saved; undefined where it is not, since it exists, or is published or in a layout. */
function folderOf(
  { chart: { packed } }: PlannedChart,
  { destination, targets, ociLayout }: SaveOptions
): string | undefined {
  const isElsewhere = targets.length > 0 || packed.given !== undefined || ociLayout !== undefined
  return destination ?? (isElsewhere ? undefined : '.')
}

/** Charts with other names can have archives of one: `a-1` 2.0.0 and `a` 1-2.0.0. */
function requireDistinctPaths(charts: readonly PlannedChart[], options: SaveOptions): void {
  const takers = new Map<string, string>()
  const problems = charts.flatMap((planned): readonly Problem[] => {
    const { source, packed } = planned.chart
    const chart = sourceText(source)
    const folder = folderOf(planned, options)
    if (folder === undefined) return []
    const name = basename(packed.path)
    const place = join(resolve(folder), name)
    const other = takers.get(place)
    takers.set(place, chart)
    if (other === undefined) return []
    const message = `The archives of "${other}" and "${chart}" would both be saved as ${name} in "${folder}".`
    return [
      { message, fix: `Publish them in two runs with different values of ${input('destination')}.` }
    ]
  })
  if (problems.length > 0) throw failureOf('usage', problems)
}

/** Copies the archives to where they are to be saved, under temporary names. */
async function stage(
  charts: readonly PlannedChart[],
  options: SaveOptions
): Promise<StagedArchives> {
  const staged = new Map<PlannedChart, StagedArchive>()
  for (const planned of charts) {
    const { packed } = planned.chart
    const folder = folderOf(planned, options)
    if (folder === undefined) continue
    if (options.dryRun) await requireRoom(packed.path, folder)
    else staged.set(planned, await stageArchive(packed.path, folder))
  }
  return staged
}

/** Gives each archive its name when its chart has gone well everywhere. */
async function deliver(
  charts: readonly PlannedChart[],
  staged: StagedArchives,
  publications: readonly (readonly Publication[])[]
): Promise<readonly Publication[]> {
  const delivered = charts.map((planned, index) => {
    return deliverOne(planned, staged.get(planned), publications[index] ?? [])
  })
  return (await Promise.all(delivered)).flat()
}

async function deliverOne(
  { chart: { packed } }: PlannedChart,
  staged: StagedArchive | undefined,
  publications: readonly Publication[]
): Promise<readonly Publication[]> {
  const saved = publicationToSave(publications)
  try {
    const path = saved && (await staged?.deliver('stored' in saved ? saved.stored : undefined))
    const archives = new Map([[packed.artifact.chart.digest, packed.given]])
    if (saved && path !== undefined) archives.set(saved.content.chartDigest, path)
    return publications.map((publication) => withArchive(publication, archives))
  } catch (error) {
    return publications.map((publication) => {
      if (!hasContent(publication)) return publication
      return failedPublication(publication, error, publication.seconds)
    })
  }
}

type WithContent = PushedPublication | PackagedPublication

function hasContent(publication: Publication): publication is WithContent {
  return 'content' in publication
}

/** With the path of the archive that its digest names. */
function withArchive(
  publication: Publication,
  archives: ReadonlyMap<string, string | undefined>
): Publication {
  if (!hasContent(publication)) return publication
  const archive = archives.get(publication.content.chartDigest)
  if (publication.status === 'packaged') return { ...publication, archive }
  return { ...publication, archive, stored: undefined }
}

/**
 * The publication whose archive is saved: that of what was published, else of what exists with the same content, else of
 * what was only packaged. None when one failed, or when all that exists is another chart.
 */
function publicationToSave(publications: readonly Publication[]): WithContent | undefined {
  const complete = publications.filter(hasContent)
  if (complete.length < publications.length) return undefined
  const withStatus = (wanted: Status) => complete.find(({ status }) => status === wanted)
  return withStatus('published') ?? withStatus('unchanged') ?? withStatus('packaged')
}

/** What a run ends with that has no registry: the archives, and the layout that they are added to. */
export async function packageOnly(
  charts: readonly PlannedChart[],
  { ociLayout, dryRun }: Pick<ReleaseRequest, 'ociLayout' | 'dryRun'>,
  context: Pick<RunContext, 'folder' | 'signal' | 'logger'>
): Promise<readonly (readonly Publication[])[]> {
  if (ociLayout !== undefined && !dryRun) {
    const artifacts = charts.map(({ chart: { name, packed }, tags }) => {
      return { title: name, artifact: packed.artifact, tags }
    })
    await saveToLayout(ociLayout, artifacts, context)
  }
  return charts.map(({ chart: { source, packed, seconds } }) => {
    return [packagedPublication(packagedFacts(source, undefined, packed), seconds)]
  })
}
