import { toolPath } from '../../scripts/tools.mjs'
import type { Identity } from '../support/network/certificates.ts'
import { freePort } from '../support/registry/server-processes.ts'
import type { Workspace } from '../support/workspace.ts'
import { usePrograms } from './programs.ts'

export interface TlsRegistryOptions {
  /** `docker-registry` is distribution 2.8, `distribution` is 3. */
  readonly program: 'docker-registry' | 'distribution'
  readonly server?: Identity
  /** File of the authorities whose client certificates it demands. */
  readonly clientAuthority?: string
  /** File of passwords. */
  readonly htpasswd?: string
}

/** Starts real registries, with TLS where they are given a certificate; stopped at the end of the file. */
export function useTlsRegistries(): (
  workspace: Workspace,
  options: TlsRegistryOptions
) => Promise<string> {
  const start = usePrograms()
  return async (workspace, { program, server, clientAuthority, htpasswd }) => {
    const port = await freePort()
    const tls = server && {
      certificate: server.certFile,
      key: server.keyFile,
      ...(clientAuthority !== undefined && { clientcas: [clientAuthority] })
    }
    const config = {
      version: '0.1',
      log: { level: 'error' },
      storage: { filesystem: { rootdirectory: workspace.path(`storage-${port}`) } },
      http: { addr: `127.0.0.1:${port}`, ...(tls && { tls }) },
      ...(htpasswd !== undefined && { auth: { htpasswd: { realm: 'test', path: htpasswd } } })
    }
    const folder = await workspace.write(`registry-${port}`, {
      'config.json': JSON.stringify(config)
    })
    const file = program === 'distribution' ? toolPath('distribution') : program
    await start(file, ['serve', `${folder}/config.json`], port)
    return `127.0.0.1:${port}`
  }
}
