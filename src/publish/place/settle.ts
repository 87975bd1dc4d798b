import type { RegistryClient } from '../../oci/client.ts'
import { type PushOptions, pushArtifact } from '../../oci/push.ts'
import type { Artifact } from '../../oci/spec/blob.ts'
import type { Digest } from '../../oci/spec/digest.ts'
import { type Reference, referenceText } from '../../oci/spec/reference.ts'
import { Failure, type Place } from '../../shared/failure.ts'
import type { Logger } from '../../shared/logger.ts'
import { secondsSince } from '../../shared/seconds.ts'
import type { ChartArtifact } from '../artifact/artifact.ts'
import type { IfExists } from '../inputs/if-exists.ts'
import { isPackedOtherwise } from './packed-otherwise.ts'
import { OVERTAKEN_FIX, READ_BACK_PAUSES_MS, readBack } from './read-back.ts'
import type { RemoteChart } from './remote-chart.ts'
import { differencesText, type Standing } from './standing.ts'

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
  /** Where the version is written that would have to be another one. */
  readonly versionPlace?: Place | undefined
}

/** What a publication came to: what lies in the registry now, or would. */
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
 * Brings an artifact to its reference, by what lies there: nothing is pushed over the same content, and over
 * other content only when that is wanted.
 * @throws Failure conflict, when the version exists with other content
 */
export async function settle(unsettled: Unsettled, options: SettleOptions): Promise<Settled> {
  const { artifact, standing } = unsettled
  const { logger, reference, ifExists } = options
  switch (standing.kind) {
    case 'absent':
      return place(unsettled, options)
    case 'same':
      logger.info('The tag is there with the same digest; nothing has to be pushed.')
      return settled('unchanged', artifact)
    case 'same-content':
      logger.info(
        'The tag is there with the same files, packed otherwise; nothing has to be pushed.'
      )
      return settled(
        'unchanged',
        standing.remote,
        whatWasLeft(unsettled, standing.remote, reference)
      )
    case 'different':
      if (ifExists === 'fail') throw otherContent(unsettled, standing, referenceText(reference))
      if (ifExists === 'overwrite') {
        const replaced = `${referenceText(reference)} had other content, ${standing.manifest.digest}, which ${options.dryRun ? 'would be' : 'was'} replaced.`
        return put(artifact, options, [replaced])
      }
      logger.info('The tag is there with other content, and is left as it is.')
      return settled('skipped', standing.remote ?? standing)
  }
}

/**
 * Pushes to a tag that was absent. OCI knows no conditional write, so the tag is looked at once more when only
 * the manifest is left to be sent, before each attempt at that: what another run has put there meanwhile is dealt with
 * as if it had been there before. A window of one round trip is left.
 */
async function place(unsettled: Unsettled, options: SettleOptions): Promise<Settled> {
  const { artifact, lookAgain } = unsettled
  if (options.ifExists === 'overwrite') return put(artifact, options)
  let standing = unsettled.standing
  const isWanted = async () => {
    standing = await lookAgain()
    return standing.kind === 'absent'
  }
  const placed = await put(artifact, { ...options, isWanted })
  if (standing.kind === 'absent') return placed
  options.logger.info('Another run has published this version since this one began.')
  return settle({ ...unsettled, standing, isOvertaken: true }, options)
}

/** Same files and config, but not what this run would have written beside them. */
function whatWasLeft(
  { artifact }: Unsettled,
  remote: RemoteChart,
  reference: Reference
): readonly string[] {
  if (isPackedOtherwise(remote, artifact)) return []
  const place = referenceText(reference)
  return [
    `${place} was left as it is, with other annotations or layers than this run would have written.`
  ]
}

async function put(
  artifact: ChartArtifact,
  options: SettleOptions & Pick<PushOptions, 'isWanted'>,
  warnings: readonly string[] = []
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
  const { digest } = artifact.manifest
  const found = await readBack({ ...options, pausesMs: READ_BACK_PAUSES_MS }, digest)
  logger.info(`Pushed and read back in ${secondsSince(started)} s.`)
  return settled('published', artifact, [...warnings, ...found])
}

function sizeOf({ config, layers }: Artifact): number {
  return [config, ...layers].reduce((sum, { size }) => sum + size, 0)
}

/** What lies in the registry; what is there need not be a chart. */
interface Content {
  readonly manifest: { readonly digest: Digest; readonly bytes: Buffer }
  readonly chart?: { readonly digest: Digest; readonly size: number }
  readonly config?: { readonly digest: Digest }
}

function settled(
  status: Settled['status'],
  { manifest, chart, config }: Content,
  warnings: readonly string[] = []
): Settled {
  return {
    status,
    digest: manifest.digest,
    chartDigest: chart?.digest,
    configDigest: config?.digest,
    size: chart?.size,
    manifest: manifest.bytes,
    warnings
  }
}

const SAME_FILES = ' Its files are the same, its config is another.'

type Different = Extract<Standing, { kind: 'different' }>

function otherContent(
  { artifact, toRepeat, versionPlace, isOvertaken = false }: Unsettled,
  { manifest, differences }: Different,
  place: string
): Failure {
  const what = differences && differencesText(differences)
  const detail = what ? ` Of its files, ${what}.` : differences ? SAME_FILES : ''
  const digests = `${manifest.digest} is there, ${artifact.manifest.digest} was to be published`
  if (isOvertaken) {
    const message = `Another run has published ${place} with other content since this one began: ${digests}; nothing was changed.${detail}`
    return new Failure('conflict', { message, fix: OVERTAKEN_FIX })
  }
  const fix = 'Publish under a new `version`, or set `if-exists` to `skip` or `overwrite`.'
  return new Failure('conflict', {
    message: `${place} exists with other content: ${digests}; nothing was changed.${detail}`,
    fix: toRepeat === undefined || what ? fix : `${fix} If the chart is the same: ${toRepeat}`,
    place: versionPlace
  })
}
