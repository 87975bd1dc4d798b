import { afterEach } from '@jest/globals'
import { Transport, type TransportOptions } from '../../../src/http/transport.ts'
import { RecordingLogger } from '../log.ts'

/** Makes transports that are closed after each test of the file. */
export function useTransports(): (options?: Partial<TransportOptions>) => Transport {
  const open: Transport[] = []
  afterEach(async () => {
    await Promise.all(open.splice(0).map((transport) => transport.close()))
  })
  return (options = {}) => {
    const transport = new Transport({
      origin: new URL('https://registry.test'),
      userAgent: 'publish-helm-chart/test',
      signal: new AbortController().signal,
      logger: new RecordingLogger(),
      ...options
    })
    open.push(transport)
    return transport
  }
}
