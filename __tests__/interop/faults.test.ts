import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Random } from '../support/charts/random.ts'
import { seedFor } from '../support/charts/seed.ts'
import {
  describeOutcome,
  faultyRequests,
  type MatrixOptions,
  pushThroughChaos,
  pushWithFault,
  requestsOfPush
} from '../support/faults/fault-matrix.ts'
import { FAULTS, type FaultKind, FaultProxy } from '../support/faults/fault-proxy.ts'
import { Workspace } from '../support/workspace.ts'
import { useRegistryServers } from './docker-registry.ts'
import { useTokenServices } from './token-service.ts'

const LOGIN = { username: 'ci', password: 'correct horse' }
const workspace = new Workspace()
const startRegistry = useRegistryServers()
const startTokenService = useTokenServices()
const open: { proxy?: FaultProxy } = {}
const bearer: { proxy?: FaultProxy } = {}

beforeAll(async () => {
  await workspace.open()
  open.proxy = await FaultProxy.start()
  const { host } = await startRegistry('distribution', workspace)
  open.proxy.connect({ registry: host })
  bearer.proxy = await FaultProxy.start()
  const user = { ...LOGIN, prefix: 'team/', actions: ['pull', 'push'] }
  const tokens = await startTokenService(workspace, [user])
  const registry = await startRegistry('distribution', workspace, {
    kind: 'token',
    realm: `http://${bearer.proxy.host}/token`,
    rootCertBundle: tokens.certificate
  })
  bearer.proxy.connect({ registry: registry.host, tokens: new URL(tokens.realm).host })
})

afterAll(async () => {
  await Promise.all([open.proxy?.stop(), bearer.proxy?.stop()])
  await workspace.close()
})

const SETUPS: readonly [string, readonly FaultKind[], () => MatrixOptions][] = [
  [
    'an open distribution',
    FAULTS.filter((fault) => fault !== 'expired token'),
    () => optionsOf(open)
  ],
  ['a distribution with a token service', FAULTS, () => ({ ...optionsOf(bearer), login: LOGIN })]
]

describe.each(SETUPS)('one fault at any request of a push to %s', (_, faults, options) => {
  test.each(faults)('%s: it ends well, with the right tag', async (fault) => {
    const requests = await requestsOfPush(options())
    for (const request of faultyRequests(requests, fault)) {
      const outcome = await pushWithFault(request, fault, options())
      expect([request, describeOutcome(outcome)]).toEqual([request, 'well, right'])
    }
  })
})

test('many faults in each of 60 pushes: no tag is wrong, and a push that ends well has its tag', async () => {
  const random = new Random(seedFor('faults'))
  const kinds = FAULTS.filter((fault) => fault !== 'time-out' && fault !== 'expired token')
  const chaos = () => (random.below(4) === 0 ? random.pick(kinds) : undefined)
  const ends = { well: 0, failed: 0 }
  for (let index = 0; index < 60; index += 1) {
    const { ended, tag } = await pushThroughChaos(chaos, optionsOf(open))
    if (ended === 'well') expect(tag).toBe('right')
    else expect(tag).not.toBe('wrong')
    ends[ended === 'well' ? 'well' : 'failed'] += 1
  }
  expect(ends.well).toBeGreaterThan(0)
})

function optionsOf({ proxy }: { proxy?: FaultProxy }): MatrixOptions {
  if (!proxy) throw new Error('the proxy has not been started')
  return { proxy, retry: { sleep: () => sleep(10) } }
}
