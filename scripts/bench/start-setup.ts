import { join } from 'node:path'
import { Authority } from '../../__tests__/support/network/certificates.ts'
import { startDockerAuth } from '../../__tests__/support/registry/docker-auth.ts'
import { startRegistryServer } from '../../__tests__/support/registry/registry-servers.ts'
import { DelayProxy } from './delay-proxy.ts'
import { type Ends, Setup } from './setup.ts'

/**
 * distribution 3 on 127.0.0.1 and docker_auth on localhost, both with TLS by an authority that only they know.
 * The token service has another name and another port, so clients connect to it as to another host.
 */
export async function startSetup(folder: string, ends: Ends): Promise<Setup> {
  const authority = new Authority({ path: (...parts) => join(folder, ...parts) })
  const identity = authority.issue('servers', { names: 'IP:127.0.0.1,DNS:localhost' })
  const tokens = await startDockerAuth(folder, identity)
  ends.push(tokens.stop)
  const tokenProxy = await DelayProxy.start(tokens.port)
  ends.push(() => tokenProxy.stop())
  const registry = await startRegistryServer('distribution', folder, {
    tls: identity,
    auth: {
      kind: 'token',
      realm: `https://localhost:${tokenProxy.port}/auth`,
      rootCertBundle: tokens.certificate
    }
  })
  ends.push(registry.stop)
  const registryProxy = await DelayProxy.start(portOf(registry.host))
  ends.push(() => registryProxy.stop())
  return new Setup({
    host: `127.0.0.1:${registryProxy.port}`,
    ca: authority.root.certFile,
    environment: {},
    registry,
    address: `https://${registry.host}`,
    tokens,
    proxies: [registryProxy, tokenProxy]
  })
}

function portOf(host: string): number {
  return Number(host.split(':')[1])
}
