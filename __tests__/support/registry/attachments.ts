import type { RegistryClient } from '../../../src/oci/client.ts'
import { artifactOf, descriptorOf, manifestOf, referenceIn, useClients } from './clients.ts'
import type { Fault, TestRegistry } from './registry.ts'
import type { Answer, RecordedRequest } from './registry-store.ts'
import { useRegistries } from './servers.ts'

export const INDEX = 'application/vnd.oci.image.index.v1+json'
export const SUBJECT = artifactOf('subject').manifest
/** The tag that stands in for the referrers API. */
export const FALLBACK = SUBJECT.digest.replace(':', '-')
export const REPOSITORY = 'team/demo'

export function attachment(text: string) {
  const { config, layers } = artifactOf(text)
  const body = {
    schemaVersion: 2,
    artifactType: 'application/vnd.test.signature',
    config: descriptorOf(config),
    layers: layers.map(descriptorOf),
    subject: descriptorOf(SUBJECT),
    annotations: { by: text }
  }
  return { config, layers, manifest: manifestOf(body) }
}

export function isFallback({ url }: RecordedRequest): boolean {
  return url.endsWith(`/manifests/${FALLBACK}`)
}

export function isPutFallback(request: RecordedRequest): boolean {
  return request.method === 'PUT' && isFallback(request)
}

export function indexAnswer(manifests: readonly unknown[]): Answer {
  const body = JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests })
  return { status: 200, headers: { 'content-type': INDEX }, body }
}

export function setFallback(registry: TestRegistry, type: string, content: string | Buffer): void {
  registry.store.setManifest(REPOSITORY, FALLBACK, { type, bytes: Buffer.from(content) })
}

/** The index that a registry has. */
export function fallbackOf(registry: TestRegistry): string {
  return registry.store.manifest(REPOSITORY, FALLBACK)?.toString('utf8') ?? ''
}

/** Digests in the index that a registry has. */
export function listedIn(registry: TestRegistry): readonly string[] {
  const entries: readonly { readonly digest: string }[] = JSON.parse(fallbackOf(registry)).manifests
  return entries.map(({ digest }) => digest)
}

/** Registries that have the subject, and clients that attach to it; both end with each test of the file. */
export function useAttaching() {
  const startRegistry = useRegistries()
  const makeClient = useClients()
  const attacher = (registry: TestRegistry) => {
    // Enough for all that is asked at once.
    const { client, logger } = makeClient(registry, { connection: { limits: { connections: 8 } } })
    return { logger, ...attachingBy(client, registry) }
  }
  const start = async (fault: Fault = () => undefined) => {
    const registry = await startRegistry({ fault })
    const { mediaType: type, bytes } = SUBJECT
    registry.store.setManifest(REPOSITORY, '1.0.0', { type, bytes })
    return { registry, ...attacher(registry) }
  }
  return { start, attacher }
}

function attachingBy(client: RegistryClient, registry: TestRegistry) {
  const { repository } = referenceIn(registry)
  const push = async (text: string) => {
    const { config, layers, manifest } = attachment(text)
    for (const blob of [config, ...layers]) await client.pushBlob(repository, blob)
    return manifest
  }
  const attachAll = async (texts: readonly string[]) => {
    const manifests = await Promise.all(texts.map(push))
    const { keptBy } = await client.listReferrers(repository, SUBJECT.digest)
    await client.attach(repository, { manifests, keptBy })
    return manifests
  }
  const attach = async (text: string) => {
    const [manifest] = await attachAll([text])
    if (!manifest) throw new Error('nothing was attached')
    return manifest
  }
  const list = async () => (await client.listReferrers(repository, SUBJECT.digest)).referrers
  return { push, attach, attachAll, list, client, repository }
}
