import { afterEach, expect, test } from '@jest/globals'
import { RegistryClient } from '../../../src/oci/client.ts'
import { digestOf } from '../../../src/oci/spec/digest.ts'
import { readBack } from '../../../src/publish/place/read-back.ts'
import { SecretKeeper } from '../../../src/shared/secret-keeper.ts'
import { noPauses } from '../../helpers/clients.ts'
import { RecordingLogger } from '../../helpers/log.ts'
import { type Answer, errorAnswer } from '../../helpers/registry-store.ts'
import { useRegistries } from '../../helpers/servers.ts'

const OURS = Buffer.from('{"schemaVersion":2,"config":{},"layers":[]}')
const ABSENT = errorAnswer(404, 'MANIFEST_UNKNOWN', 'manifest unknown')
const startRegistry = useRegistries()
const clients: RegistryClient[] = []

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()))
})

/** Reads back from a registry that gives these answers in turn, the last one for ever. */
async function readBackFrom(...answers: readonly Answer[]): Promise<readonly string[]> {
  const remaining = [...answers]
  const registry = await startRegistry({
    fault: () => (remaining.length > 1 ? remaining.shift() : remaining[0])
  })
  const { signal } = new AbortController()
  const client = new RegistryClient({
    retry: noPauses(),
    host: registry.host,
    plainHttp: true,
    credential: undefined,
    userAgent: 'test',
    secrets: new SecretKeeper(() => undefined),
    logger: new RecordingLogger(),
    signal
  })
  clients.push(client)
  const repository = { host: registry.host, name: 'demo' }
  const reference = { repository, tag: '1.0.0' }
  return readBack({ client, reference, signal, pausesMs: [1, 1, 1] }, digestOf(OURS))
}

test('the same bytes are well', async () => {
  expect(await readBackFrom({ status: 200, body: OURS })).toEqual([])
})

test('a registry that lags behind is asked again', async () => {
  expect(await readBackFrom(ABSENT, ABSENT, { status: 200, body: OURS })).toEqual([])
})

test('a tag that never shows up fails: exit code 8', async () => {
  await expect(readBackFrom(ABSENT)).rejects.toMatchObject({ exitCode: 8 })
})

test('another manifest is the work of another run: exit code 7', async () => {
  const other = readBackFrom({
    status: 200,
    body: '{"schemaVersion":2,"config":{"a":1},"layers":[]}'
  })
  await expect(other).rejects.toMatchObject({
    exitCode: 7,
    message: expect.stringContaining('another run')
  })
})

test('bytes that are no manifest fail: exit code 8', async () => {
  await expect(readBackFrom({ status: 200, body: '<html>' })).rejects.toMatchObject({ exitCode: 8 })
})

test.each([403, 412])('a policy that forbids reading (%i) is a warning', async (status) => {
  expect(await readBackFrom({ status })).toEqual([
    expect.stringContaining('was pushed, but not read back')
  ])
})
