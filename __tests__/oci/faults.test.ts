import { afterAll, beforeAll, expect, test } from '@jest/globals'
import {
  describeOutcome,
  faultyRequests,
  type MatrixOptions,
  pushWithFault,
  requestsOfPush
} from '../helpers/fault-matrix.ts'
import { FAULTS, FaultProxy } from '../helpers/fault-proxy.ts'
import { TestRegistry } from '../helpers/registry.ts'

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

/** Both blobs are treated alike, and each time-out takes a second. The interop tests have all of them. */
const TWIN = /^(?:POST upload|PUT upload|HEAD blob) 2$/
const KINDS = FAULTS.filter((fault) => fault !== 'expired token')

test.each(KINDS)(
  '%s at any request of a push: it ends well, with the right tag',
  async (fault) => {
    const options: MatrixOptions = { proxy, retry: { sleep: async () => undefined } }
    const requests = faultyRequests(await requestsOfPush(options), fault)
    expect(requests).toHaveLength(10)
    const tried = fault === 'time-out' ? requests.filter((name) => !TWIN.test(name)) : requests
    for (const request of tried) {
      const outcome = await pushWithFault(request, fault, options)
      expect([request, describeOutcome(outcome)]).toEqual([request, 'well, right'])
    }
  },
  60_000
)
