import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { proxiesFrom } from '../../src/http/proxy.ts'
import { SecretRegistry } from '../../src/shared/secret-registry.ts'
import { chartFiles } from '../support/charts/charts.ts'
import { TestProxy } from '../support/network/forward-proxy.ts'
import { useTransports } from '../support/network/transports.ts'
import { runCli } from '../support/program.ts'
import { Workspace } from '../support/workspace.ts'
import { type TlsRegistryOptions, useTlsRegistries } from './tls-registries.ts'

const PROGRAMS: readonly TlsRegistryOptions['program'][] = ['docker-registry', 'distribution']
const workspace = new Workspace()
const startRegistry = useTlsRegistries()
const makeTransport = useTransports()
const hosts: Record<string, string> = {}
let proxy: TestProxy

beforeAll(async () => {
  await workspace.open()
  await workspace.write('chart', chartFiles())
  for (const program of PROGRAMS) hosts[program] = await startRegistry(workspace, { program })
})
afterAll(() => workspace.close())

// Each connection to the registry is one CONNECT: that is how they are counted.
beforeEach(async () => {
  const routes = PROGRAMS.map((program) => [`${program}.test:80`, hosts[program] ?? ''])
  proxy = await TestProxy.start({ routes: Object.fromEntries(routes) })
})
afterEach(() => proxy.stop())

test.each(PROGRAMS)('%s: a whole publication opens three connections at most', async (program) => {
  const args = ['publish', 'chart', `--registry=oci://${program}.test/team`, '--plain-http']
  const environment = { http_proxy: `http://${proxy.host}` }
  expect(await runCli(workspace, args, { environment })).toMatchObject({ code: 0 })
  expect(proxy.requests.length).toBeLessThanOrEqual(3)
})

test.each(PROGRAMS)(
  '%s: connections that were opened ahead do no harm when they have been silent for long',
  async (program) => {
    const proxies = proxiesFrom(
      { HTTP_PROXY: `http://${proxy.host}` },
      new SecretRegistry(() => undefined)
    )
    const url = new URL(`http://${program}.test/v2/`)
    const transport = makeTransport({ proxies, origin: url })
    await transport.preconnect(2)
    await sleep(6000)
    const sent = [url, url].map(() => transport.send({ method: 'GET', url, headers: {} }))
    expect((await Promise.all(sent)).map(({ status }) => status)).toEqual([200, 200])
  }
)
