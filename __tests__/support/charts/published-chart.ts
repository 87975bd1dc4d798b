import type { PackedChart } from '../../../src/artifact/packed-chart.ts'
import { Deadline } from '../../../src/http/deadline.ts'
import type { RegistryClient } from '../../../src/oci/client.ts'
import { planCharts, planPublications } from '../../../src/publish/model/plan.ts'
import {
  type PublicationJson,
  publicationJson
} from '../../../src/publish/model/publication-json.ts'
import type { IfExists } from '../../../src/publish/model/request.ts'
import { NO_STATEMENTS, type Statements } from '../../../src/publish/model/statements.ts'
import { LookUps } from '../../../src/publish/push/look-ups.ts'
import { ManifestOrder } from '../../../src/publish/push/manifest-order.ts'
import { publishChart } from '../../../src/publish/push/publish-chart.ts'
import { TargetTurns } from '../../../src/publish/push/target-turns.ts'
import { SecretRegistry } from '../../../src/shared/secret-registry.ts'
import { testClient } from '../registry/clients.ts'
import type { TestRegistry } from '../registry/registry.ts'

export interface PublishTestOptions {
  readonly ifExists?: IfExists
  readonly dryRun?: boolean
  readonly requireGenuine?: boolean
  readonly tags?: readonly string[]
  /** What is to be stated; nothing unless given. */
  readonly statements?: Statements
}

export interface Published {
  readonly publications: readonly PublicationJson[]
  readonly lines: readonly string[]
}

/** Publishes a chart to `charts` of registries, without pauses. */
export async function publishTo(
  registries: readonly TestRegistry[],
  packed: PackedChart,
  options: PublishTestOptions = {}
): Promise<Published> {
  const { ifExists = 'fail', dryRun = false, requireGenuine = true, tags = [] } = options
  const { statements = NO_STATEMENTS } = options
  const made = new Map(registries.map((registry) => [registry.host, testClient(registry)]))
  const [first] = made.values()
  if (!first) throw new Error('there is no registry')
  const { logger } = first
  const { name, version } = packed.archive.metadata
  const source = { kind: 'directory', path: 'demo' } as const
  const [planned] = planCharts([{ source, name, version, packed, needs: [], seconds: 0 }], tags)
  if (!planned) throw new Error('there is no plan')
  const targets = registries.map(({ host }) => ({ host, path: 'charts' }))
  const { signal } = new AbortController()
  const clients = {
    deadlineFor: ({ host }: { readonly host: string }) => {
      return new Deadline({ host, timeoutMs: 60_000, signal })
    },
    with: <T>(
      { host }: { readonly host: string },
      body: (client: RegistryClient) => Promise<T>
    ) => {
      const client = made.get(host)?.client
      if (!client) throw new Error(`there is no client for ${host}`)
      return body(client)
    }
  }
  const turns = new TargetTurns(4)
  const secrets = new SecretRegistry(() => undefined)
  const lookUps = new LookUps({ clients, concurrency: 4, opensUploads: false })
  const allValid = { isConfirmed: true, wait: async () => undefined }
  const order = new ManifestOrder()
  const artifactHub = { of: async () => undefined }
  const means = {
    clients,
    lookUps,
    allValid,
    artifactHub,
    statements,
    annotations: new Map<string, string>(),
    anonymous: undefined,
    turns,
    order,
    secrets,
    signal,
    logger
  }
  const all = {
    ...means,
    ifExists,
    lacksSecrets: false,
    dryRun,
    requireGenuine,
    destination: undefined
  }
  try {
    const plan = planPublications([planned], targets)
    const published = await publishChart(planned.chart, plan, all)
    return { publications: published.map(publicationJson), lines: logger.lines }
  } finally {
    await Promise.all([...made.values()].map(({ client }) => client.close()))
  }
}

/** Puts a chart into a registry without a push; the blobs are left out that `without` names. */
export function putChart(
  { store }: TestRegistry,
  { artifact: { manifest, config, layers } }: PackedChart,
  { tag = '1.2.3', without = [] as readonly string[], type = manifest.mediaType } = {}
): void {
  for (const { bytes, digest } of [config, ...layers]) {
    if (!without.includes(digest)) store.setBlob(bytes)
  }
  store.setManifest('charts/demo', tag, { type, bytes: manifest.bytes })
}

/** The requests that write. */
export function writesOf({ log }: TestRegistry): readonly string[] {
  return log.filter((line) => /^(?:PUT|POST|PATCH|DELETE) /.test(line))
}
