import { describe, expect, test } from '@jest/globals'
import { countOf, isPutManifest, type RequestKind } from '../support/faults/faults.ts'
import { artifactOf, referenceIn, useClients } from '../support/registry/clients.ts'
import type { Fault } from '../support/registry/registry.ts'
import { useRegistries } from '../support/registry/servers.ts'

const ARTIFACT = artifactOf('a')
const FAULTS: readonly [string, ReturnType<Fault>][] = [
  ['404 of another server', { status: 404, body: 'default backend - 404' }],
  ['503', { status: 503 }],
  ['a reset', 'drop']
]
const isProbe: RequestKind = ({ url }) => url === '/v2/'
const startRegistry = useRegistries()
const makeClient = useClients()

/** A registry behind a balancer that gives requests to two backends in turn, one of which is down. */
function startBalanced(answer: ReturnType<Fault>, first: number) {
  let turn = first
  return startRegistry({ fault: () => (turn++ % 2 === 0 ? answer : undefined) })
}

describe.each(FAULTS)('a push ends well when every second request comes to %s', (_, answer) => {
  test.each([0, 1])('beginning with turn %i', async (first) => {
    const registry = await startBalanced(answer, first)
    const { client } = makeClient(registry)
    const reference = referenceIn(registry)
    const shouldWrite = async () => (await client.getManifest(reference)).kind === 'absent'
    expect(await shouldWrite()).toBe(true)
    for (const blob of [ARTIFACT.config, ...ARTIFACT.layers]) {
      await client.pushBlob(reference.repository, blob)
    }
    expect(await client.putManifest(reference, ARTIFACT.manifest, shouldWrite)).toMatchObject({
      kind: 'stored'
    })
    expect(registry.store.manifest('team/demo', '1.0.0')).toEqual(ARTIFACT.manifest.bytes)
  })
})

test('trouble that is over by the second attempt costs no request more', async () => {
  let isTrouble = true
  const registry = await startRegistry({
    fault: (request) => {
      if (!isPutManifest(request) || !isTrouble) return undefined
      isTrouble = false
      return { status: 503 }
    }
  })
  const { client } = makeClient(registry)
  for (const { bytes } of [ARTIFACT.config, ...ARTIFACT.layers]) registry.store.setBlob(bytes)
  await client.putManifest(referenceIn(registry), ARTIFACT.manifest)
  expect([countOf(registry, isProbe), registry.requests.length]).toEqual([0, 3])
})
