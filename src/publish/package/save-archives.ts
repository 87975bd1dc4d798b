import { basename, join, resolve } from 'node:path'
import { failureOf, type Problem } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'
import { failedOutcome, type Outcome } from '../model/outcome.ts'
import type { PlannedChart } from '../model/plan.ts'
import type { Status } from '../model/publication.ts'
import type { ReleaseRequest } from '../model/request.ts'
import { requireRoom, type StagedArchive, stageArchive } from './staged-archive.ts'

type StagedArchives = ReadonlyMap<PlannedChart, StagedArchive>
type KeepRequest = Pick<ReleaseRequest, 'destination' | 'targets' | 'dryRun' | 'ociLayout'>

/**
 * Has the archives ready where they are to be saved while the charts are settled, and gives them their names after it.
 * @throws Failure usage, before anything is settled, when they cannot be saved
 */
export async function withStaged(
  planned: readonly PlannedChart[],
  request: KeepRequest,
  settle: () => Promise<readonly (readonly Outcome[])[]>
): Promise<readonly Outcome[]> {
  requireOwnNames(planned, request)
  const staged = await stage(planned, request)
  try {
    return await deliver(planned, staged, await settle())
  } finally {
    await Promise.all([...staged.values()].map((archive) => archive.discard()))
  }
}

/** Where the archive of a chart is saved; undefined where it is not, since it exists, or is published or in a layout. */
function folderOf(
  { chart: { packed } }: PlannedChart,
  { destination, targets, ociLayout }: KeepRequest
): string | undefined {
  const isElsewhere = targets.length > 0 || packed.given !== undefined || ociLayout !== undefined
  return destination ?? (isElsewhere ? undefined : '.')
}

/** Charts with other names can have archives of one: `a-1` 2.0.0 and `a` 1-2.0.0. */
function requireOwnNames(charts: readonly PlannedChart[], request: KeepRequest): void {
  const takers = new Map<string, string>()
  const problems = charts.flatMap((planned): readonly Problem[] => {
    const { path, packed } = planned.chart
    const folder = folderOf(planned, request)
    if (folder === undefined) return []
    const name = basename(packed.path)
    const place = join(resolve(folder), name)
    const other = takers.get(place)
    takers.set(place, path)
    if (other === undefined) return []
    const message = `The archives of "${other}" and "${path}" would both be saved as ${name} in "${folder}".`
    return [
      { message, fix: `Publish them in two runs, each with a ${input('destination')} of its own.` }
    ]
  })
  if (problems.length > 0) throw failureOf('usage', problems)
}

/** Copies the archives to where they are to be saved, under temporary names. */
async function stage(
  charts: readonly PlannedChart[],
  request: KeepRequest
): Promise<StagedArchives> {
  const staged = new Map<PlannedChart, StagedArchive>()
  for (const planned of charts) {
    const { packed } = planned.chart
    const folder = folderOf(planned, request)
    if (folder === undefined) continue
    if (request.dryRun) await requireRoom(packed.path, folder)
    else staged.set(planned, await stageArchive(packed.path, folder))
  }
  return staged
}

/** Gives each archive its name when its chart has gone well everywhere. */
async function deliver(
  charts: readonly PlannedChart[],
  staged: StagedArchives,
  outcomes: readonly (readonly Outcome[])[]
): Promise<readonly Outcome[]> {
  const delivered = charts.map((planned, index) => {
    return deliverOne(planned, staged.get(planned), outcomes[index] ?? [])
  })
  return (await Promise.all(delivered)).flat()
}

async function deliverOne(
  { chart: { packed } }: PlannedChart,
  staged: StagedArchive | undefined,
  outcomes: readonly Outcome[]
): Promise<readonly Outcome[]> {
  const saved = outcomeToSave(outcomes)
  try {
    const path = saved && (await staged?.deliver(saved.stored))
    const archives = new Map<string | null, string | undefined>()
    archives.set(packed.artifact.chart.digest, packed.given)
    if (saved && path !== undefined) archives.set(saved.publication.chartDigest, path)
    return outcomes.map(({ stored: _, publication, ...outcome }) => {
      const archive = archives.get(publication.chartDigest) ?? null
      return { ...outcome, publication: { ...publication, archive } }
    })
  } catch (error) {
    return outcomes.map(({ publication, seconds }) => failedOutcome(publication, error, seconds))
  }
}

/**
 * The outcome whose archive is saved: that of what was published, else of what exists with the same content, else of what
 * was only packaged. None when one failed, or when all that exists is another chart.
 */
function outcomeToSave(outcomes: readonly Outcome[]): Outcome | undefined {
  if (outcomes.some(({ error }) => error !== undefined)) return undefined
  const withStatus = (wanted: Status) => {
    return outcomes.find(({ publication: { status } }) => status === wanted)
  }
  return withStatus('published') ?? withStatus('unchanged') ?? withStatus('packaged')
}
