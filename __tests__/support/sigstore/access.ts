import { SecretRegistry } from '../../../src/shared/secret-registry.ts'
import type { SigstoreAccess } from '../../../src/sigstore/sigstore-access.ts'
import { RecordingLogger } from '../log.ts'
import { noPauses } from '../registry/clients.ts'

/** How tests reach services: without waiting before another attempt. */
export function accessForTests(more: Partial<SigstoreAccess> = {}): SigstoreAccess & {
  readonly logger: RecordingLogger
} {
  return {
    ca: undefined,
    environment: {},
    secrets: new SecretRegistry(() => undefined),
    signal: new AbortController().signal,
    retry: noPauses(),
    ...more,
    logger: new RecordingLogger()
  }
}
