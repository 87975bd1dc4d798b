import { expect, test } from '@jest/globals'
import { openTunnel } from '../../src/http/tunnel.ts'
import { Secret } from '../../src/shared/secret.ts'
import { useProxies } from '../support/network/forward-proxy.ts'

const startProxy = useProxies()
const TARGET = { protocol: 'https:', hostname: 'registry.test', port: '' }

async function askProxy(signal: AbortSignal) {
  const proxy = await startProxy()
  const login = new Secret('the login')
  login.wipe()
  const through = { url: new URL(`http://${proxy.host}`), login, variable: 'HTTPS_PROXY' }
  const opening = openTunnel(through, TARGET, {
    trust: { rejectUnauthorized: true },
    timeoutMs: 1000,
    signal
  })
  return { opening, proxy }
}

test('a tunnel that is wanted when all is over is not begun', async () => {
  const { opening, proxy } = await askProxy(AbortSignal.abort(new Error('over')))
  await expect(opening).rejects.toThrow('over')
  expect(proxy.requests).toEqual([])
})

test('a login that is gone keeps a tunnel from being begun', async () => {
  const { opening, proxy } = await askProxy(new AbortController().signal)
  await expect(opening).rejects.toThrow('wiped')
  expect(proxy.requests).toEqual([])
})
