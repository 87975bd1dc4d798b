import { Transport, type TransportOptions } from './transport.ts'

/** An abort leaves three seconds to clean up (publish/interruption.ts); uploads get one of them. */
const CANCEL_TIMEOUT_MS = 1000

interface CancelOptions extends TransportOptions {
  /** With the login of the registry. */
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Cancels uploads that were begun (distribution-spec v1.1, end-14): best effort, within a second, also when the
 * run was aborted. A 401 is left as it is: distribution wants the right to delete for this, which is not asked
 * for, since Quay's token service refuses such a scope.
 */
export async function cancelUploads(
  sessions: readonly URL[],
  { headers, ...options }: CancelOptions
): Promise<void> {
  if (sessions.length === 0) return
  const transport = new Transport({ ...options, signal: AbortSignal.timeout(CANCEL_TIMEOUT_MS) })
  const cancelled = sessions.map((url) => transport.send({ method: 'DELETE', url, headers }))
  await Promise.allSettled(cancelled)
  await transport.close()
}
