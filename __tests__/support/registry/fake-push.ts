import type { ChartArtifact } from '../../../src/artifact/artifact.ts'
import type { CopiedChart, PackedChart } from '../../../src/artifact/packed-chart.ts'
import type { Digest } from '../../../src/oci/spec/blob.ts'
import { OCI_MANIFEST } from '../../../src/oci/spec/media-types.ts'
import { planCharts, planPublications } from '../../../src/publish/model/plan.ts'
import type { IfExists } from '../../../src/publish/model/request.ts'
import { NO_STATEMENTS, type Statements } from '../../../src/publish/model/statements.ts'
import { readComparedState } from '../../../src/publish/push/compare-state.ts'
import type { StatingOptions } from '../../../src/publish/push/push-plan.ts'
import { pushPublication } from '../../../src/publish/push/push-publication.ts'
import type { Stated } from '../../../src/publish/push/stated.ts'
import { Failure } from '../../../src/shared/failure.ts'
import { SecretRegistry } from '../../../src/shared/secret-registry.ts'
import { packedChart } from '../charts/packed-chart.ts'
import { RecordingLogger } from '../log.ts'
import { FakeRegistry, type Meanwhile } from './fake-client.ts'

export const OURS = packedChart()
export const EQUIVALENT = packedChart({ mtime: 2 })
export const DIFFERENT = packedChart({ values: 'a: 2\n' })
const VERSION = '1.2.3'

const IMAGE = 'application/vnd.oci.image.config.v1+json'
const CONFIG = 'application/vnd.cncf.helm.config.v1+json'
const manifestWith = (mediaType: string) => {
  const config = { mediaType, digest: `sha256:${'a'.repeat(64)}`, size: 1 }
  return Buffer.from(JSON.stringify({ schemaVersion: 2, config, layers: [] }))
}

/** What a tag of the registry can have, compared with the chart that is published. */
export const STATES = {
  absent: () => undefined,
  same: (registry, tag) => registry.has(tag, OURS.artifact),
  'same, without its archive': (registry, tag) => {
    registry.has(tag, OURS.artifact, { lost: [OURS.artifact.chart.digest] })
  },
  equivalent: (registry, tag) => registry.has(tag, EQUIVALENT.artifact),
  different: (registry, tag) => registry.has(tag, DIFFERENT.artifact),
  'older version': (registry, tag) => registry.has(tag, packedChart({ version: '1.0.0' }).artifact),
  'newer version': (registry, tag) => registry.has(tag, packedChart({ version: '2.0.0' }).artifact),
  'broken chart of ours': (registry, tag) => {
    registry.has(tag, OURS.artifact, { type: 'text/html' })
  },
  'broken chart': (registry, tag) => registry.hasManifest(tag, manifestWith(CONFIG), OCI_MANIFEST),
  image: (registry, tag) => registry.hasManifest(tag, manifestWith(IMAGE), OCI_MANIFEST)
} satisfies Readonly<Record<string, (registry: FakeRegistry, tag: string) => void>>

export type State = keyof typeof STATES

export interface FakePush {
  /** What the registry has under the version before the run. */
  readonly version?: State
  /** An extra tag, and what it has before the run. */
  readonly extra?: readonly [tag: string, state: State]
  readonly ifExists?: IfExists
  readonly dryRun?: boolean
  readonly meanwhile?: (registry: FakeRegistry) => Meanwhile
  /** Whether all charts of the run are known to be valid; they are unless given. */
  readonly isAllValid?: () => boolean
  /** Waits until they are. */
  readonly untilAllValid?: () => Promise<void>
  /** Waits for what does not count as time of the registry. */
  readonly pausedFor?: <T>(other: Promise<T>) => Promise<T>
  /** Ends the run; nothing does unless given. */
  readonly signal?: AbortSignal
  /** What is to be pushed: the artifact that another registry has; ours unless given. */
  readonly wanted?: ChartArtifact
  /** What is to be stated; nothing unless given. */
  readonly statements?: Statements
  /** Done with the registry before the run. */
  readonly prepare?: (registry: FakeRegistry) => void
  /** Whether only archives of `helm package` will do; they are unless given. */
  readonly requireGenuine?: boolean
  /** What the chart is a copy of; of nothing unless given. */
  readonly copied?: CopiedChart
}

export interface FakePushed {
  /** The status, or the kind of the failure. */
  readonly result: string
  readonly message: string
  /** What was written, in this order. */
  readonly written: readonly string[]
  readonly warnings: readonly string[]
  readonly digest: Digest | undefined
  readonly stated: Stated | undefined
  readonly lines: readonly string[]
  readonly registry: FakeRegistry
}

/** Publishes `demo` 1.2.3 to a fake registry, from the comparison to the extra tags. */
export async function pushToFake(given: FakePush): Promise<FakePushed> {
  const registry = new FakeRegistry()
  registry.nameBlobs(OURS.artifact)
  STATES[given.version ?? 'absent'](registry, VERSION)
  const [tag, state] = given.extra ?? []
  if (tag !== undefined && state !== undefined) STATES[state](registry, tag)
  given.prepare?.(registry)
  registry.meanwhile = given.meanwhile?.(registry) ?? {}
  const { written } = registry
  const logger = new RecordingLogger()
  try {
    const { status, warnings, content, stated } = await push(registry, OURS, given, logger)
    const { digest } = content
    const { lines } = logger
    return { result: status, message: '', written, warnings, digest, registry, stated, lines }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const result = error instanceof Failure ? error.kind : error.constructor.name
    const nothing = { warnings: [], digest: undefined, stated: undefined, lines: logger.lines }
    return { result, message: error.message, written, registry, ...nothing }
  }
}

/** Of a run that signs nothing. */
export function statingNothing(produced: Digest): StatingOptions {
  const subjectName = 'r.test/demo'
  const annotations = new Map<string, string>()
  return { statements: NO_STATEMENTS, subjectName, produced, annotations, requireGenuine: true }
}

async function push(
  registry: FakeRegistry,
  packed: PackedChart,
  given: FakePush,
  logger: RecordingLogger
) {
  const { ifExists = 'fail', dryRun = false } = given
  const { isAllValid = () => true, untilAllValid = async () => undefined } = given
  const source = { kind: 'directory', path: 'demo' } as const
  const chart = { source, name: 'demo', version: VERSION, packed, needs: [], seconds: 0 }
  const tags = given.extra ? [given.extra[0]] : []
  const [planned] = planPublications(planCharts([chart], tags), [{ host: 'r.test', path: '' }])
  if (!planned) throw new Error('there is no plan')
  const { reference } = planned
  const client = registry.client()
  const { signal = new AbortController().signal } = given
  const secrets = new SecretRegistry(() => undefined)
  const recheck = () => readComparedState(packed, { client, reference, signal })
  const { toRepeat } = packed
  const { wanted: artifact = packed.artifact } = given
  const plan = { artifact, existing: await recheck(), recheck, toRepeat }
  const { pausedFor = <T>(other: Promise<T>) => other } = given
  const gate = { isAllValid, untilAllValid, pausedFor }
  const nothing = statingNothing(packed.artifact.manifest.digest)
  const { statements = NO_STATEMENTS, requireGenuine = true } = given
  const stating = { ...nothing, statements, requireGenuine }
  const { copied } = given
  const rest = { ifExists, dryRun, secrets, signal, logger, stating, copied }
  const options = { client, reference, ...rest, ...gate }
  return pushPublication(planned, plan, options)
}
