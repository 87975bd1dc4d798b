import { afterEach } from '@jest/globals'
import type { RetryOptions } from '../../../src/http/retrier.ts'
import { RegistryClient } from '../../../src/oci/client.ts'
import type { ClientOptions } from '../../../src/oci/connection.ts'
import { type Artifact, type Blob, blobOf } from '../../../src/oci/spec/blob.ts'
import type { Reference } from '../../../src/oci/spec/reference.ts'
import { SecretRegistry } from '../../../src/shared/secret-registry.ts'
import { RecordingLogger } from '../log.ts'

export interface Login {
  readonly username: string
  readonly password: string
}

export interface TestClientOptions
  extends Partial<Pick<ClientOptions, 'signal' | 'retry' | 'connection'>> {
  readonly login?: Login | undefined
}

/** Pauses that are noted and not waited for. */
export function noPauses(paused: number[] = []): RetryOptions {
  return {
    random: () => 1,
    sleep: async (ms) => {
      paused.push(ms)
    }
  }
}

/** A client of a plain-http registry that does not wait before it tries again. */
export function testClient(
  { host }: { readonly host: string },
  { login, signal = new AbortController().signal, ...options }: TestClientOptions = {}
): { readonly client: RegistryClient; readonly logger: RecordingLogger } {
  const secrets = new SecretRegistry(() => undefined)
  const logger = new RecordingLogger()
  const client = new RegistryClient({
    host,
    plainHttp: true,
    credential: login && {
      kind: 'login' as const,
      username: login.username,
      password: secrets.register(login.password)
    },
    userAgent: 'publish-helm-chart/test',
    secrets,
    logger,
    signal,
    retry: noPauses(),
    ...options
  })
  return { client, logger }
}

/** Makes clients that are closed after each test of the file. */
export function useClients(): typeof testClient {
  const clients: RegistryClient[] = []
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()))
  })
  return (registry, options) => {
    const made = testClient(registry, options)
    clients.push(made.client)
    return made
  }
}

/** A config, a layer and the manifest that names them; every text gives another artifact. */
export function artifactOf(text: string): Artifact {
  const config = blobOf('application/vnd.test.config', Buffer.from(`{"${text}":1}`))
  const layer = blobOf('application/vnd.test.layer', Buffer.from(text))
  const body = {
    schemaVersion: 2,
    config: descriptorOf(config),
    layers: [descriptorOf(layer)]
  }
  return { config, layers: [layer], manifest: manifestOf(body) }
}

export function manifestOf(body: unknown): Blob {
  return blobOf('application/vnd.oci.image.manifest.v1+json', Buffer.from(JSON.stringify(body)))
}

export function descriptorOf({ mediaType, digest, size }: Blob) {
  return { mediaType, digest, size }
}

export function referenceIn({ host }: { readonly host: string }, tag = '1.0.0'): Reference {
  return { repository: { host, name: 'team/demo' }, tag }
}
