import { describe, expect, test } from '@jest/globals'
import { Failure } from '../../src/shared/failure.ts'
import { useTransports } from '../support/network/transports.ts'
import { useRawServers } from '../support/registry/raw-servers.ts'

const startRaw = useRawServers()
const makeTransport = useTransports()

const PUBLIC = '198.41.0.4'

/** Asks a token service for which `auth.test` stands, at the address that DNS says, and counts its connections. */
async function ask(
  addresses: Readonly<Record<string, readonly string[]>>,
  tokenHosts?: (port: string) => readonly string[]
) {
  const server = await startRaw((socket) => socket.destroy())
  const { port } = server.url
  const transport = makeTransport({
    origin: new URL('https://registry.test'),
    tokenHosts: tokenHosts?.(port) ?? [],
    resolve: async (hostname) => {
      const found = addresses[hostname]
      if (!found) throw Object.assign(new Error('not found'), { code: 'ENOTFOUND' })
      return found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    }
  })
  const url = new URL(`https://auth.test:${port}/token`)
  const request = { method: 'GET', url, headers: {}, purpose: 'token' } as const
  const error: unknown = await transport.send(request).catch((reason: unknown) => reason)
  if (!(error instanceof Failure)) throw new Error(`this is no failure: ${error}`)
  return { kind: error.kind, message: error.message, fix: error.fix, accepted: server.accepted() }
}

describe('a token service is not connected to when its name leads', () => {
  test.each([
    ['to this machine', '127.0.0.1'],
    ['to this machine by IPv6', '::1'],
    ['to this machine by a mapped address', '::ffff:127.0.0.1'],
    ['into this network', '10.1.2.3'],
    ['to a metadata service', '169.254.169.254'],
    ['to a metadata service of Azure', '168.63.129.16'],
    ['to a metadata service by 6to4', '2002:a9fe:a9fe::1'],
    ['to a documented address', '203.0.113.7'],
    ['into this network by local NAT64', '64:ff9b:1::a00:1']
  ])('%s', async (_, address) => {
    const { accepted, ...told } = await ask({
      'registry.test': [PUBLIC],
      'auth.test': [address]
    })
    expect(told).toEqual({
      kind: 'auth',
      message: expect.stringMatching(
        `^registry.test names the token service auth.test:\\d+, which may not get the password: its name resolves to ${address}, an address inside this network.$`
      ),
      fix: expect.stringMatching(/^Add auth\.test:\d+ to `token-hosts` if it is yours/)
    })
    expect(accepted).toBe(0)
  })

  test('to a public address and to this machine', async () => {
    const told = await ask({ 'registry.test': [PUBLIC], 'auth.test': [PUBLIC, '127.0.0.1'] })
    expect(told).toMatchObject({ kind: 'auth', accepted: 0 })
  })

  test('to a metadata service, for a registry in this network too', async () => {
    for (const address of ['169.254.169.254', '100.100.100.200', '192.0.0.192', 'fd00:ec2::254']) {
      const told = await ask({ 'registry.test': ['10.0.0.1'], 'auth.test': [address] })
      expect(told).toMatchObject({ kind: 'auth', accepted: 0 })
    }
  })

  test.each([
    ['first', ['127.0.0.1', PUBLIC]],
    ['last', [PUBLIC, '127.0.0.1']]
  ])(
    'to this machine, for a public registry that names it %s among its addresses',
    async (_, own) => {
      const told = await ask({ 'registry.test': own, 'auth.test': ['127.0.0.1'] })
      expect(told).toMatchObject({ kind: 'auth', accepted: 0 })
    }
  )

  test('to this machine, for a registry whose name has no address', async () => {
    const told = await ask({ 'registry.test': [], 'auth.test': ['127.0.0.1'] })
    expect(told).toMatchObject({ kind: 'auth', accepted: 0 })
  })

  test('to this machine, for a registry whose name leads nowhere', async () => {
    expect(await ask({ 'auth.test': ['127.0.0.1'] })).toMatchObject({ kind: 'auth', accepted: 0 })
  })
})

test('a token service in this network is connected to for a registry that is there as well', async () => {
  const told = await ask({ 'registry.test': ['10.0.0.1'], 'auth.test': ['127.0.0.1'] })
  expect(told).toMatchObject({ kind: 'registry', accepted: 1 })
})

test('the addresses of a token service that `token-hosts` names are nobody else’s business', async () => {
  const told = await ask({ 'auth.test': ['127.0.0.1'] }, (port) => [`auth.test:${port}`])
  expect(told.kind).toBe('registry')
  expect(told.message).toContain('auth.test')
})

test('a name that leads nowhere is told as such', async () => {
  const told = await ask({ 'registry.test': [PUBLIC] })
  expect(told).toMatchObject({ kind: 'registry', message: expect.stringContaining('auth.test') })
})
