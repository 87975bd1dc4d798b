// Without Jest, so that scripts can use it too.

import { randomUUID } from 'node:crypto'
import { RegistryClient } from '../../../src/oci/client.ts'
import type { ClientOptions } from '../../../src/oci/connection.ts'
import { type Artifact, blobOf } from '../../../src/oci/spec/blob.ts'
import type { Reference } from '../../../src/oci/spec/reference.ts'
import type { ComparedState } from '../../../src/publish/push/compared-state.ts'
import { pushChart } from '../../../src/publish/push/push-chart.ts'
import type { PushOptions } from '../../../src/publish/push/push-plan.ts'
import { Failure } from '../../../src/shared/failure.ts'
import { SecretRegistry } from '../../../src/shared/secret-registry.ts'
import { statingNothing } from '../registry/fake-push.ts'
import type { FaultKind, FaultProxy, RequestName } from './fault-proxy.ts'

export interface FaultOutcome {
  readonly request: RequestName
  readonly fault: FaultKind
  readonly ended: 'well' | Failure
  /** What the tag shows afterwards. */
  readonly tag: 'right' | 'absent' | 'wrong'
  /** Requests of the whole push, those to the token service included. */
  readonly requests: number
  readonly seconds: number
}

export interface MatrixOptions {
  readonly proxy: FaultProxy
  readonly login?: { readonly username: string; readonly password: string } | undefined
  readonly retry?: ClientOptions['retry']
}

/** Long enough for a busy machine, short enough to try it at every request; undici counts in whole seconds. */
const TIMEOUT_MS = 500
const SILENT = {
  debug: () => undefined,
  info: () => undefined,
  detail: () => undefined,
  notice: () => undefined,
  warning: () => undefined,
  error: () => undefined,
  group: <T>(_: string, body: () => Promise<T>) => body()
}

/** The requests of a push that nothing spoils, in their order. */
export async function requestsOfPush(options: MatrixOptions): Promise<readonly RequestName[]> {
  options.proxy.plan()
  const { ended } = await push(artifactOf(randomUUID()), newReference(options), options)
  if (ended !== 'well') throw ended
  return [...options.proxy.names]
}

/**
 * Those requests that a fault can happen to: a token expires between two requests, neither at the token service
 * nor right after it was given out; a registry without logins has none.
 */
export function faultyRequests(
  requests: readonly RequestName[],
  fault: FaultKind
): readonly RequestName[] {
  if (fault !== 'expired token') return requests
  const token = requests.indexOf('token 1')
  return token < 0 ? [] : requests.slice(token + 2)
}

/** `well, right`, or that it failed, and what the tag shows then. */
export function describeOutcome({ ended, tag }: FaultOutcome): string {
  if (ended === 'well') return `well, ${tag}`
  return tag === 'wrong' ? 'WRONG TAG' : `failed, ${tag}: ${ended.message}`
}

/** Pushes one artifact while one request is spoilt, and looks at the tag afterwards. */
export async function pushWithFault(
  request: RequestName,
  fault: FaultKind,
  options: MatrixOptions
): Promise<FaultOutcome> {
  const { proxy } = options
  const artifact = artifactOf(randomUUID())
  const reference = newReference(options)
  proxy.plan(request, fault)
  const { ended, seconds } = await push(artifact, reference, options)
  const requests = proxy.names.length
  proxy.plan()
  return {
    request,
    fault,
    ended,
    tag: await tagOf(artifact, reference, options),
    requests,
    seconds
  }
}

/** Pushes one artifact while every request may be spoilt; `ended` and `tag` are as with one fault. */
export async function pushThroughChaos(
  chaos: () => FaultKind | undefined,
  options: MatrixOptions
): Promise<Pick<FaultOutcome, 'ended' | 'tag'>> {
  const { proxy } = options
  const artifact = artifactOf(randomUUID())
  const reference = newReference(options)
  proxy.plan()
  proxy.spoil(chaos)
  const { ended } = await push(artifact, reference, options)
  proxy.spoil(undefined)
  return { ended, tag: await tagOf(artifact, reference, options) }
}

async function push(artifact: Artifact, reference: Reference, options: MatrixOptions) {
  const started = performance.now()
  const signal = new AbortController().signal
  const client = clientOf(options, signal)
  try {
    await place(artifact, { client, reference, signal })
    return { ended: 'well' as const, seconds: (performance.now() - started) / 1000 }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return { ended: error, seconds: (performance.now() - started) / 1000 }
  } finally {
    await client.close()
  }
}

/** What is done for a publication: the tag is looked at, and what is not there is pushed and read back. */
async function place(
  artifact: Artifact,
  way: Pick<PushOptions, 'client' | 'reference' | 'signal'>
): Promise<void> {
  const [chart] = artifact.layers
  if (!chart) throw new Error('the matrix pushes charts alone')
  const look = async (): Promise<ComparedState> => {
    const found = await way.client.getManifest(way.reference)
    if (found.kind === 'refused') throw found.failure
    if (found.kind === 'absent') return { kind: found.kind }
    const remote = { ...artifact, chart, manifest: found }
    return { kind: 'same', remote, lost: [], lostProvenance: [] }
  }
  const existing = await look()
  const plan = {
    artifact: { ...artifact, chart },
    existing,
    recheck: look,
    toRepeat: undefined
  }
  const alone = {
    isAllValid: () => true,
    untilAllValid: async () => undefined,
    pausedFor: <T>(other: Promise<T>) => other,
    stating: statingNothing(artifact.manifest.digest)
  }
  await pushChart(plan, { ...way, ...alone, ifExists: 'fail', dryRun: false, logger: SILENT })
}

async function tagOf(
  artifact: Artifact,
  reference: Reference,
  options: MatrixOptions
): Promise<FaultOutcome['tag']> {
  const client = clientOf(options, new AbortController().signal)
  try {
    const found = await client.getManifest(reference)
    if (found.kind !== 'found') return 'absent'
    if (!found.bytes.equals(artifact.manifest.bytes)) return 'wrong'
    for (const blob of [artifact.config, ...artifact.layers]) {
      const { kind } = await client.getBlob(reference.repository, blob)
      if (kind !== 'found') return 'wrong'
    }
    return 'right'
  } finally {
    await client.close()
  }
}

function clientOf({ proxy, login, retry }: MatrixOptions, signal: AbortSignal): RegistryClient {
  const secrets = new SecretRegistry(() => undefined)
  const { username = '', password = '' } = login ?? {}
  return new RegistryClient({
    host: proxy.host,
    plainHttp: true,
    credential: login && { kind: 'login', username, password: secrets.register(password) },
    userAgent: 'publish-helm-chart/test',
    secrets,
    logger: SILENT,
    signal,
    retry,
    connection: {
      limits: { headersMs: TIMEOUT_MS, uploadMs: TIMEOUT_MS, bodyMs: TIMEOUT_MS }
    }
  })
}

/** Of its own, so that no blob is there already. */
function newReference({ proxy }: MatrixOptions): Reference {
  return { repository: { host: proxy.host, name: `team/${randomUUID()}` }, tag: '1.0.0' }
}

function artifactOf(text: string): Artifact {
  const config = blobOf('application/vnd.test.config', Buffer.from(`{"${text}":1}`))
  const layer = blobOf('application/vnd.test.layer', Buffer.from(text.repeat(1000)))
  const describe = ({ mediaType, digest, size }: typeof config) => ({ mediaType, digest, size })
  const body = { schemaVersion: 2, config: describe(config), layers: [describe(layer)] }
  const manifest = Buffer.from(JSON.stringify(body))
  return {
    config,
    layers: [layer],
    manifest: blobOf('application/vnd.oci.image.manifest.v1+json', manifest)
  }
}
