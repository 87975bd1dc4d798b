import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Authority, type Identity } from '../../__tests__/support/network/certificates.ts'
import { TestProxy } from '../../__tests__/support/network/connect-proxy.ts'
import { startDockerAuth } from '../../__tests__/support/registry/docker-auth.ts'
import { startRegistryServer } from '../../__tests__/support/registry/registry-servers.ts'
import { freePort, startServer } from '../../__tests__/support/registry/server-processes.ts'
import { DelayProxy } from './delay-proxy.ts'
import { type Ends, Setup } from './setup.ts'

/** The registry and the token service that clients may know without asking. */
const HOST = 'ghcr.io'

/**
 * ghcr.io on this machine: clients reach it through a forward proxy (HTTPS_PROXY), which answers without delay.
 * nginx ends TLS for one host that is registry and token service (`/token`), as the real one is.
 */
export async function startKnownSetup(folder: string, ends: Ends): Promise<Setup> {
  const authority = new Authority({ path: (...parts) => join(folder, ...parts) }, 'known authority')
  const identity = authority.issue(HOST, { names: `DNS:${HOST}` })
  const tokens = await startDockerAuth(folder)
  ends.push(tokens.stop)
  const registry = await startRegistryServer('distribution', folder, {
    auth: {
      kind: 'token',
      realm: `https://${HOST}/token`,
      service: HOST,
      rootCertBundle: tokens.certificate
    }
  })
  ends.push(registry.stop)
  const front = await startFront(folder, { registry: registry.host, tokens: tokens.port, identity })
  ends.push(front.stop)
  const delay = await DelayProxy.start(front.port)
  ends.push(() => delay.stop())
  const forward = await TestProxy.start({ routes: { [`${HOST}:443`]: `127.0.0.1:${delay.port}` } })
  ends.push(() => forward.stop())
  return new Setup({
    host: HOST,
    ca: authority.root.certFile,
    environment: { HTTPS_PROXY: `http://${forward.host}` },
    registry,
    address: `http://${registry.host}`,
    tokens,
    proxies: [delay]
  })
}

interface Backends {
  readonly registry: string
  /** Port of docker_auth. */
  readonly tokens: number
  readonly identity: Identity
}

async function startFront(parent: string, backends: Backends) {
  const port = await freePort()
  const folder = join(parent, `nginx-${port}`)
  await mkdir(join(folder, 'logs'), { recursive: true })
  await writeFile(join(folder, 'nginx.conf'), nginxConfig(port, backends))
  const args = ['-p', folder, '-c', 'nginx.conf', '-e', 'stderr']
  // Debian keeps nginx there, off the PATH of ordinary users.
  const environment = { PATH: `${process.env['PATH']}:/usr/sbin` }
  return { port, ...(await startServer('nginx', args, { port, environment })) }
}

function nginxConfig(port: number, { registry, tokens, identity }: Backends): string {
  return `
    daemon off;
    pid nginx.pid;
    error_log stderr;
    events {}
    http {
      access_log off;
      client_max_body_size 0;
      client_body_temp_path body; proxy_temp_path proxy;
      fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
      server {
        listen 127.0.0.1:${port} ssl http2;
        ssl_certificate ${identity.certFile};
        ssl_certificate_key ${identity.keyFile};
        proxy_http_version 1.1;
        proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-Proto https;
        location = /token { proxy_pass http://127.0.0.1:${tokens}/auth; }
        location / { proxy_pass http://${registry}; }
      }
    }`
}
