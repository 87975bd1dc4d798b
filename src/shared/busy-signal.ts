import { setMaxListeners } from 'node:events'

/** A signal that many wait for at once, as with many charts: Node 20 takes more than ten listeners for a leak. */
export function busySignal(signal: AbortSignal): AbortSignal {
  setMaxListeners(0, signal)
  return signal
}
