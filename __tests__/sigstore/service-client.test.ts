import { afterEach, describe, expect, test } from '@jest/globals'
import { Failure } from '../../src/shared/failure.ts'
import { ServiceClient } from '../../src/sigstore/service-client.ts'
import type { SigstoreAccess } from '../../src/sigstore/sigstore-access.ts'
import { Authority } from '../support/network/certificates.ts'
import { TestProxy } from '../support/network/connect-proxy.ts'
import { answer, useWebServers } from '../support/network/web-servers.ts'
import { accessForTests } from '../support/sigstore/access.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const startWeb = useWebServers()
const clients: ServiceClient[] = []

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()))
})

async function get(address: string, more: Partial<SigstoreAccess> = {}) {
  const access = accessForTests(more)
  const client = new ServiceClient(access)
  clients.push(client)
  const request = { method: 'GET', url: new URL(address), headers: {} } as const
  const result = await client.send({ service: 'transparency log', request }).catch((error) => error)
  return { result, access }
}

describe('connections to services', () => {
  test('trust `ca`, verify certificates, and show no certificate of ours', async () => {
    const authority = new Authority(workspace)
    const names = 'IP:127.0.0.1,DNS:fulcio.test'
    const { key, cert } = authority.issue('server', { names })
    const tls = { key, cert, ca: authority.root.cert, requestCert: true, rejectUnauthorized: false }
    const server = await startWeb({ '/': 'here' }, tls)
    const { result } = await get(server.at('/'), { ca: authority.root.cert })
    expect(result).toMatchObject({ status: 200 })
    expect(server.requests).toMatchObject([{ client: undefined }])
    expect(server.requests[0]?.headers.authorization).toBeUndefined()
    const { result: refused } = await get(server.at('/'))
    expect(refused).toMatchObject({ kind: 'signing', fix: expect.stringContaining('`ca`') })
    expect(server.requests).toHaveLength(1)
  })

  test('go through the proxy of the environment', async () => {
    const authority = new Authority(workspace)
    const { key, cert } = authority.issue('server', { names: 'DNS:fulcio.test' })
    const server = await startWeb({ '/': 'here' }, { key, cert })
    const proxy = await TestProxy.start({ routes: { 'fulcio.test:443': server.host } })
    const environment = { HTTPS_PROXY: `http://${proxy.host}` }
    const { result } = await get('https://fulcio.test/', { ca: authority.root.cert, environment })
    await proxy.stop()
    expect(result).toMatchObject({ status: 200 })
    expect(proxy.requests.map(({ line }) => line)).toEqual(['CONNECT fulcio.test:443'])
  })
})

test('words of a service are shown without secrets, and only those of its errors', async () => {
  const secret = 'a-token-that-nobody-may-see'
  const access = accessForTests()
  access.secrets.register(secret)
  const page = answer(503, JSON.stringify({ message: `no ${secret}`, more: 'body' }))
  const server = await startWeb({ '/': page })
  await get(server.at('/'), { secrets: access.secrets })
  const { result, access: used } = await get(server.at('/'), { secrets: access.secrets })
  expect(result).toMatchObject({ status: 503 })
  const lines = used.logger.lines.join('\n')
  expect(lines).toContain('answered 503 "no ***"')
  expect(lines).not.toContain('body')
})

test('an answer that comes in drips ends with its time', async () => {
  const server = await startWeb({
    '/': (_, response) => {
      response.writeHead(200)
      const timer = setInterval(() => response.write('x'), 10)
      response.once('close', () => clearInterval(timer))
    }
  })
  const { result } = await get(server.at('/'), { attemptMs: 100 })
  expect(result).toBeInstanceOf(Failure)
  expect(result.message).toContain('did not answer within 0.1 s')
})
