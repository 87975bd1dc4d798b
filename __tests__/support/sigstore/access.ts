// Without Jest, so that scripts can use it too.
import { SecretRegistry } from '../../../src/shared/secret-registry.ts'
import type { SigstoreAccess } from '../../../src/sigstore/sigstore-access.ts'
import { RecordingLogger } from '../log.ts'

/** How tests reach services: without waiting before another attempt. */
export function accessForTests(more: Partial<SigstoreAccess> = {}): SigstoreAccess & {
  readonly logger: RecordingLogger
} {
  return {
    ca: undefined,
    environment: {},
    secrets: new SecretRegistry(() => undefined),
    signal: new AbortController().signal,
    retry: { random: () => 1, sleep: async () => undefined },
    ...more,
    logger: new RecordingLogger()
  }
}
