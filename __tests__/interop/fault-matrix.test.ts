import { afterAll, beforeAll, expect, test } from '@jest/globals'
import {
  describeOutcome,
  faultyRequests,
  type MatrixOptions,
  pushWithFault,
  requestsOfPush
} from '../support/faults/fault-matrix.ts'
import { FAULTS, FaultProxy } from '../support/faults/fault-proxy.ts'
import { TestRegistry } from '../support/registry/registry.ts'

let registry: TestRegistry
let proxy: FaultProxy

beforeAll(async () => {
  registry = await TestRegistry.start()
  proxy = await FaultProxy.start()
  proxy.connect({ registry: registry.host })
})

afterAll(async () => {
  await proxy.stop()
  await registry.stop()
})

/** The interop tests have all of them: a token needs a service, and each time-out takes a second. */
const KINDS = FAULTS.filter((fault) => fault !== 'expired token' && fault !== 'time-out')

test.each(KINDS)(
  '%s at any request of a push: it ends well, with the right tag',
  async (fault) => {
    const options: MatrixOptions = { proxy, retry: { sleep: async () => undefined } }
    const requests = faultyRequests(await requestsOfPush(options), fault)
    expect(requests).toHaveLength(10)
    for (const request of requests) {
      const outcome = await pushWithFault(request, fault, options)
      expect([request, describeOutcome(outcome)]).toEqual([request, 'well, right'])
    }
  },
  60_000
)
