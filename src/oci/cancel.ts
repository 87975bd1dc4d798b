import type { HttpRequest } from './transport/http.ts'
import { Transport, type TransportOptions } from './transport/transport.ts'

/** An abort leaves three seconds to clean up (shared/interruption.ts); uploads get one of them. */
const CANCEL_TIMEOUT_MS = 1000

/**
 * Cancels uploads that were begun (distribution-spec v1.1, end-14): best effort, within a second, also when the
 * run was aborted. A 401 is left as it is: distribution wants the right to delete for this, which is not asked
 * for, since Quay's token service refuses such a scope.
 */
export async function cancelUploads(
  requests: readonly HttpRequest[],
  options: TransportOptions
): Promise<void> {
  if (requests.length === 0) return
  const transport = new Transport({ ...options, signal: AbortSignal.timeout(CANCEL_TIMEOUT_MS) })
  const cancelled = requests.map((request) => transport.send(request))
  await Promise.allSettled(cancelled)
  await transport.close()
}
