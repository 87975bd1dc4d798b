import type { RegistryClient } from '../../oci/client.ts'
import { type PushOptions, pushArtifact } from '../../oci/push.ts'
import type { Artifact } from '../../oci/spec/blob.ts'
import type { Digest } from '../../oci/spec/digest.ts'
import { type Reference, referenceText } from '../../oci/spec/reference.ts'
import type { Logger } from '../../shared/logger.ts'
import { secondsSince } from '../../shared/seconds.ts'
import type { ChartArtifact } from '../artifact/artifact.ts'
import type { IfExists } from '../inputs/if-exists.ts'
import { isPackedOtherwise } from './packed-otherwise.ts'
import { READ_BACK_PAUSES_MS, readBack } from './read-back.ts'
import { brokenChart, notAChart, otherContent } from './refusals.ts'
import type { RemoteChart } from './remote-chart.ts'
import { restoreBlobs } from './restore-blobs.ts'
import { type Foreign, requireManifest, type Standing } from './standing.ts'

export interface SettleOptions {
  readonly client: RegistryClient
  readonly reference: Reference
  readonly ifExists: IfExists
  /** Say what would be done, and change nothing. */
  readonly dryRun: boolean
  readonly signal: AbortSignal
  readonly logger: Logger
}

/** An artifact that is to lie under a reference, and what lies there. */
export interface Unsettled {
  readonly artifact: ChartArtifact
  readonly standing: Standing
  /** Looks once more at what lies there, in the course of a push. */
  readonly lookAgain: () => Promise<Standing>
  /** Whether it was absent when this run began. */
  readonly isOvertaken?: boolean
  /** Why packing the same source again would give other bytes, as a fix; undefined when it would not. */
  readonly toRepeat: string | undefined
}

/** The result of a publication: what the registry has now, or would have. */
export interface Settled {
  readonly status: 'published' | 'unchanged' | 'skipped' | 'planned'
  readonly digest: Digest
  readonly chartDigest: Digest | undefined
  readonly configDigest: Digest | undefined
  /** Bytes of the archive. */
  readonly size: number | undefined
  readonly manifest: Buffer
  readonly warnings: readonly string[]
}

/**
 * Brings an artifact to its reference, by what lies there: nothing is pushed over the same content, over other
 * content and broken charts only when that is wanted, and over what is not a chart never.
 * @throws Failure conflict, when the version exists with other content, or the tag belongs to something else
 */
export async function settle(unsettled: Unsettled, options: SettleOptions): Promise<Settled> {
  const { artifact, standing } = unsettled
  const { logger, reference, ifExists } = options
  switch (standing.kind) {
    case 'absent':
      return write(unsettled, options)
    case 'same':
    case 'same-content':
      return leave(artifact, standing, options)
    case 'different':
      if (ifExists === 'overwrite') return replace(unsettled, standing.remote.manifest, options)
      if (ifExists === 'fail') throw otherContent(reference, standing, conflictOf(unsettled))
      logger.info('The tag exists with other content, and is left unchanged.')
      return settled('skipped', standing.remote)
    case 'broken':
      if (ifExists === 'overwrite') return replace(unsettled, standing.manifest, options)
      throw brokenChart(reference, standing)
    case 'foreign':
      throw notAChart(reference, standing)
  }
}

function conflictOf({ artifact, toRepeat, isOvertaken = false }: Unsettled) {
  return { wanted: artifact.manifest.digest, isOvertaken, toRepeat }
}

/** Nothing has to be pushed, unless the registry has lost blobs. */
async function leave(
  artifact: ChartArtifact,
  standing: Extract<Standing, { kind: 'same' | 'same-content' }>,
  options: SettleOptions
): Promise<Settled> {
  const { kind, remote } = standing
  const what = kind === 'same' ? 'with the same digest' : 'with the same files (another archive)'
  options.logger.info(`The tag already exists ${what}; nothing to push.`)
  const restored = await restoreBlobs(standing, options)
  const left = whatWasLeft(artifact, remote, options.reference)
  return settled('unchanged', remote, [...left, ...restored])
}

/** Same files and config, but not what this run would have written beside them. */
function whatWasLeft(
  artifact: ChartArtifact,
  remote: RemoteChart,
  reference: Reference
): readonly string[] {
  if (isPackedOtherwise(remote, artifact)) return []
  const place = referenceText(reference)
  return [
    `${place} was left unchanged, with other annotations or layers than this run would have written.`
  ]
}

async function replace(
  unsettled: Unsettled,
  { digest }: { readonly digest: Digest },
  options: SettleOptions
): Promise<Settled> {
  const done = options.dryRun ? 'would be' : 'was'
  const place = referenceText(options.reference)
  const warning = `${place} had other content, ${digest}, which ${done} replaced.`
  return write(unsettled, options, [warning])
}

/**
 * Pushes to a tag. OCI knows no conditional write, so the tag is checked once more when only the manifest is left to
 * be sent, before each attempt at that: what another run has put there meanwhile is dealt with as if it had been there
 * before. A window of one round trip is left.
 */
async function write(
  unsettled: Unsettled,
  options: SettleOptions,
  warnings: readonly string[] = []
): Promise<Settled> {
  const seen: { obstacle?: Standing | undefined } = {}
  const isWanted = async () => {
    seen.obstacle = await obstacleTo(unsettled, options)
    return seen.obstacle === undefined
  }
  const pushed = await push(unsettled.artifact, { ...options, isWanted }, warnings)
  if (!seen.obstacle) return pushed
  options.logger.info('Another run has published this version since this one began.')
  return settle({ ...unsettled, standing: seen.obstacle, isOvertaken: true }, options)
}

/** What keeps a tag from being written: anything that exists, or with `overwrite` what is not a chart. */
async function obstacleTo(
  { lookAgain }: Unsettled,
  options: SettleOptions
): Promise<Standing | undefined> {
  if (options.ifExists === 'overwrite') return foreignAt(options)
  const standing = await lookAgain()
  return standing.kind === 'absent' ? undefined : standing
}

async function foreignAt({ client, reference }: SettleOptions): Promise<Foreign | undefined> {
  const answer = await client.getManifest(reference)
  if (answer.kind === 'refused') throw answer.failure
  if (answer.kind === 'absent') return undefined
  const content = requireManifest(answer, reference)
  const isForeign = content.kind === 'other' || content.kind === 'unreadable'
  return isForeign ? { kind: 'foreign', content } : undefined
}

async function push(
  artifact: ChartArtifact,
  options: SettleOptions & Pick<PushOptions, 'isWanted'>,
  warnings: readonly string[]
): Promise<Settled> {
  const { dryRun, logger } = options
  if (dryRun) {
    logger.info(`It would be pushed: ${sizeOf(artifact)} bytes.`)
    return settled('planned', artifact, warnings)
  }
  const started = performance.now()
  logger.info(`Uploading ${sizeOf(artifact)} bytes.`)
  // Of no account: who said that it is not wanted any more settles it anew.
  if (!(await pushArtifact(artifact, options))) return settled('skipped', artifact, warnings)
  const found = await readBack(artifact, { ...options, pausesMs: READ_BACK_PAUSES_MS })
  const what = found.length === 0 ? 'Pushed and read back' : 'Pushed'
  logger.info(`${what} in ${secondsSince(started)} s.`)
  return settled('published', artifact, [...warnings, ...found])
}

function sizeOf({ config, layers }: Artifact): number {
  return [config, ...layers].reduce((sum, { size }) => sum + size, 0)
}

/** The chart that the registry has. */
interface Content {
  readonly manifest: { readonly digest: Digest; readonly bytes: Buffer }
  readonly chart: { readonly digest: Digest; readonly size: number }
  readonly config: { readonly digest: Digest }
}

function settled(
  status: Settled['status'],
  { manifest, chart, config }: Content,
  warnings: readonly string[] = []
): Settled {
  return {
    status,
    digest: manifest.digest,
    chartDigest: chart.digest,
    configDigest: config.digest,
    size: chart.size,
    manifest: manifest.bytes,
    warnings
  }
}
