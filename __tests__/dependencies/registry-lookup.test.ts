import { describe, expect, test } from '@jest/globals'
import { registryLookup } from '../../src/dependencies/registry-lookup.ts'
import { Failure } from '../../src/shared/failure.ts'

const PUBLIC = '198.41.0.4'
const ADDRESSES: Readonly<Record<string, readonly string[]>> = {
  'far.example': [PUBLIC],
  'cdn.example': ['192.5.5.241'],
  'near.example': ['10.1.2.3'],
  'also-near.example': ['192.168.0.1', 'fd00::1'],
  'both.example': [PUBLIC, '10.1.2.3'],
  'metadata.example': ['169.254.169.254'],
  'hidden.example': [PUBLIC, '169.254.169.254'],
  '127.0.0.1': ['127.0.0.1'],
  '169.254.169.254': ['169.254.169.254'],
  '10.1.2.3': ['10.1.2.3']
}

/** Looks for a host on the way to a registry: its addresses, or the failure. */
function lookUp(registry: string, host: string): Promise<unknown> {
  const lookup = registryLookup(new URL(`https://${registry}`), async (hostname) => {
    const found = ADDRESSES[hostname]
    if (!found) throw Object.assign(new Error('not found'), { code: 'ENOTFOUND' })
    return found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  })
  return new Promise((resolve, reject) => {
    lookup(host, { all: true }, (error, found) => (error ? reject(error) : resolve(found)))
  })
}

describe('a registry that Chart.yaml names is connected to', () => {
  test.each(['far.example', 'near.example', 'also-near.example', 'both.example', '127.0.0.1'])(
    'wherever it is: %s',
    async (host) => {
      expect(await lookUp(host, host)).toHaveLength(ADDRESSES[host]?.length ?? 0)
    }
  )

  test.each([
    ['far.example', 'cdn.example'],
    ['near.example', 'also-near.example'],
    ['near.example', 'cdn.example'],
    ['10.1.2.3', 'near.example']
  ])('and what it redirects to: %s to %s', async (registry, host) => {
    expect(await lookUp(registry, host)).toHaveLength(ADDRESSES[host]?.length ?? 0)
  })
})

describe('no connection is made', () => {
  test.each([
    ['metadata.example', 'metadata.example'],
    ['169.254.169.254', '169.254.169.254'],
    ['hidden.example', 'hidden.example'],
    ['near.example', 'metadata.example'],
    ['far.example', '169.254.169.254']
  ])('to a metadata service: %s to %s', async (registry, host) => {
    await expect(lookUp(registry, host)).rejects.toMatchObject({
      kind: 'registry',
      message: expect.stringContaining(`${host} was not contacted`)
    })
  })

  test.each([
    ['far.example', 'near.example'],
    ['far.example', 'both.example'],
    ['far.example', '127.0.0.1'],
    ['both.example', 'near.example'],
    ['unknown.example', 'near.example']
  ])('into this network, where the registry is elsewhere: %s to %s', async (registry, host) => {
    const error = await lookUp(registry, host).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(Failure)
    expect(String(error)).toContain('points to')
    expect(String(error)).toContain(host)
  })

  test('to a name that nobody knows', async () => {
    await expect(lookUp('unknown.example', 'unknown.example')).rejects.toMatchObject({
      code: 'ENOTFOUND'
    })
  })
})
