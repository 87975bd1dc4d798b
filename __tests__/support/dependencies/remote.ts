import { ClassicClient } from '../../../src/dependencies/classic/classic-client.ts'
import { ClassicCharts } from '../../../src/dependencies/classic-charts.ts'
import { OciCharts } from '../../../src/dependencies/oci-charts.ts'
import type { RemoteDependency } from '../../../src/dependencies/remote-dependency.ts'
import { repositoryKind } from '../../../src/dependencies/rules/repository-kind.ts'
import { DEFAULT_TLS } from '../../../src/http/tls-options.ts'
import type { RegistryAccess } from '../../../src/oci/access.ts'
import { RegistryPool } from '../../../src/oci/registry-pool.ts'
import { blobOf } from '../../../src/oci/spec/blob.ts'
import { SecretRegistry } from '../../../src/shared/secret-registry.ts'
import { RecordingLogger } from '../log.ts'
import { noPauses } from '../registry/clients.ts'
import type { TestRegistry } from '../registry/registry.ts'
import { errorAnswer } from '../registry/registry-store.ts'
import { chartArchive } from './charts-folder.ts'

export const CHART_CONFIG = 'application/vnd.cncf.helm.config.v1+json'
export const CHART_LAYER = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip'
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'

/** Access without logins, by plain http to these hosts. */
export function accessOf(plainHttpHosts: readonly string[] = []): RegistryAccess {
  return {
    credential: undefined,
    registryAuth: undefined,
    registryConfig: undefined,
    plainHttpHosts,
    tokenHosts: [],
    ca: undefined,
    clientCertificates: new Map(),
    unverifiedHosts: [],
    timeoutMs: 10_000,
    concurrency: 4,
    notices: [],
    warnings: []
  }
}

export interface RemoteCharts {
  readonly oci: OciCharts
  readonly classic: ClassicCharts
  readonly logger: RecordingLogger
  readonly close: () => Promise<void>
}

/** Charts of registries, by plain http, and of repositories, without logins. */
export function remoteCharts(plainHttpHosts: readonly string[] = []): RemoteCharts {
  const logger = new RecordingLogger()
  const secrets = new SecretRegistry(() => undefined)
  const { signal } = new AbortController()
  const context = { environment: {}, homeFolder: '/nowhere', secrets, logger, signal }
  const pool = new RegistryPool(accessOf(plainHttpHosts), context, 'pull')
  const client = new ClassicClient(
    {
      loginFor: () => undefined,
      tlsFor: () => DEFAULT_TLS,
      plainHttpHosts: [],
      timeoutMs: 10_000
    },
    { ...context, retry: noPauses() }
  )
  const oci = new OciCharts(pool, [])
  const classic = new ClassicCharts({ client, prepare: async () => undefined, oci, logger })
  const close = async () => {
    await Promise.all([pool.close(), client.close()])
  }
  return { oci, classic, logger, close }
}

/** A dependency as a plan has it. */
export function remoteDependency(
  repository: string,
  { name = 'lib', declared = '^1.0.0', locked }: Partial<RemoteDependency> = {}
): RemoteDependency {
  const kind = repositoryKind(repository)
  if (kind.kind !== 'classic' && kind.kind !== 'oci') throw new Error(`${repository}: ${kind.kind}`)
  return { name, declared, locked, repository: kind }
}

/** What a registry has under `charts/NAME` with tags, all of them in the list. */
export class OciShelf {
  readonly #registry: TestRegistry
  readonly #tags: string[] = []

  constructor(registry: TestRegistry, name = 'lib') {
    this.#registry = registry
    registry.fault = ({ url }) => {
      if (!url.endsWith('/tags/list')) return undefined
      if (url !== `/v2/charts/${name}/tags/list`) return errorAnswer(404, 'NAME_UNKNOWN', 'unknown')
      const headers = { 'content-type': 'application/json' }
      return { status: 200, headers, body: JSON.stringify({ name, tags: this.#tags }) }
    }
  }

  /** Adds a chart; returns the digests of its archive and of its manifest. */
  add(
    version: string,
    {
      name = 'lib',
      tag = version.replace('+', '_'),
      config = CHART_CONFIG,
      layer = CHART_LAYER,
      size = 0
    } = {}
  ) {
    const archive = blobOf(layer, chartArchive(name, version))
    const about = blobOf(config, Buffer.from(JSON.stringify({ name, version, apiVersion: 'v2' })))
    const descriptor = ({ mediaType, digest, size: bytes }: typeof archive) => ({
      mediaType,
      digest,
      size: bytes
    })
    const layers = [{ ...descriptor(archive), ...(size > 0 && { size }) }]
    const body = { schemaVersion: 2, config: descriptor(about), layers }
    const manifest = blobOf(MANIFEST, Buffer.from(JSON.stringify(body)))
    const { store } = this.#registry
    store.setBlob(archive.bytes)
    store.setBlob(about.bytes)
    store.setManifest(`charts/${name}`, tag, { type: MANIFEST, bytes: manifest.bytes })
    this.#tags.push(tag)
    return { archive, manifest: manifest.digest }
  }

  /** Adds tags that lead to nothing. */
  tag(...tags: readonly string[]): void {
    this.#tags.push(...tags)
  }
}
