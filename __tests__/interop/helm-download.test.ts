import type { RequestListener } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { download } from '../../src/helm/download.ts'
import { SecretRegistry } from '../../src/shared/secret-registry.ts'
import { RecordingLogger } from '../support/log.ts'
import { Authority, type Identity } from '../support/network/certificates.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
let authority: Authority
let identity: Identity
let server: Server

beforeEach(() => {
  authority = new Authority(workspace)
  identity = authority.issue('mirror', { names: 'IP:127.0.0.1' })
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

async function getFrom(listener: RequestListener, ca: string | undefined): Promise<Buffer> {
  server = createServer(identity, listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}/helm.tar.gz`)
  return download(url, {
    ca,
    timeoutMs: 10_000,
    environment: {},
    secrets: new SecretRegistry(() => undefined),
    signal: new AbortController().signal,
    logger: new RecordingLogger()
  })
}

test('`ca` is trusted for a mirror of helm', async () => {
  const body = await getFrom((_, response) => response.end('helm'), authority.root.cert)
  expect(String(body)).toBe('helm')
})

test('without it an unknown authority is an error, whose fix names `ca` and no way around it', async () => {
  await expect(getFrom((_, response) => response.end(), undefined)).rejects.toMatchObject({
    message: expect.stringContaining('unknown authority'),
    fix: expect.stringMatching(/^Set `ca`(?!.*insecure-skip-tls-verify)/)
  })
})

test('a redirect from https to http is refused', async () => {
  const location = 'http://127.0.0.1:1/helm.tar.gz'
  const redirect: RequestListener = (_, response) => response.writeHead(302, { location }).end()
  await expect(getFrom(redirect, authority.root.cert)).rejects.toThrow('redirects to plain http')
})
