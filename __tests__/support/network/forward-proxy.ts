import { afterEach } from '@jest/globals'
import { type ForwardProxyOptions, TestProxy } from './connect-proxy.ts'

export { type ForwardProxyOptions, TestProxy } from './connect-proxy.ts'

/** Starts proxies that are stopped after each test of the file. */
export function useProxies(): (options?: ForwardProxyOptions) => Promise<TestProxy> {
  const running: TestProxy[] = []
  afterEach(async () => {
    await Promise.all(running.splice(0).map((proxy) => proxy.stop()))
  })
  return async (options) => {
    const proxy = await TestProxy.start(options)
    running.push(proxy)
    return proxy
  }
}
