import { basename, join, resolve } from 'node:path'
import { failureOf, type Problem } from '../shared/failure.ts'
import { requireRoom, type StagedArchive, stageArchive } from './delivery.ts'
import { failedOutcome, type Outcome } from './outcome.ts'
import type { ReleaseRequest } from './pack/pack-request.ts'
import type { PlannedChart } from './plan.ts'

type StagedArchives = ReadonlyMap<PlannedChart, StagedArchive>
type KeepRequest = Pick<ReleaseRequest, 'destination' | 'targets' | 'dryRun'>

/**
 * Has the archives ready where they are to be kept while the charts are settled, and gives them their names after it.
 * @throws Failure usage, before anything is settled, when they cannot be kept
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

/** Where the archive of a chart is kept; undefined where it is not. */
function folderOf(
  { chart: { packed } }: PlannedChart,
  { destination, targets }: KeepRequest
): string | undefined {
  const isKept = targets.length > 0 || packed.given !== undefined
  return destination ?? (isKept ? undefined : '.')
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
    const message = `The archives of "${other}" and "${path}" would both be kept as ${name} in "${folder}".`
    return [{ message, fix: 'Publish them in two runs, each with a `destination` of its own.' }]
  })
  if (problems.length > 0) throw failureOf('usage', problems)
}

/** Copies the archives to where they are to be kept, under temporary names. */
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
  const isFit = outcomes.every(({ error }) => error === undefined)
  try {
    const archive = (isFit ? await staged?.deliver() : undefined) ?? packed.given ?? null
    return outcomes.map((outcome) => withArchive(outcome, archive))
  } catch (error) {
    return outcomes.map(({ publication, seconds }) => failedOutcome(publication, error, seconds))
  }
}

function withArchive({ publication, ...outcome }: Outcome, archive: string | null): Outcome {
  return { ...outcome, publication: { ...publication, archive } }
}
