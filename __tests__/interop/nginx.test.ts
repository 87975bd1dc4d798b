import { mkdir } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { chartFiles } from '../support/charts/charts.ts'
import { Authority } from '../support/network/certificates.ts'
import { useTransports } from '../support/network/transports.ts'
import { runCli } from '../support/program.ts'
import { freePort } from '../support/registry/server-processes.ts'
import { Workspace } from '../support/workspace.ts'
import { usePrograms } from './programs.ts'
import { useTlsRegistries } from './tls-registries.ts'

const workspace = new Workspace()
const startRegistry = useTlsRegistries()
const startProgram = usePrograms()
const makeTransport = useTransports()
let host: string
let ca: Authority

beforeAll(async () => {
  await workspace.open()
  await workspace.write('chart', chartFiles())
  ca = new Authority(workspace)
  const { certFile, keyFile } = ca.issue('server', { names: 'IP:127.0.0.1' })
  const registry = await startRegistry(workspace, { program: 'docker-registry' })
  const port = await freePort()
  host = `127.0.0.1:${port}`
  const folder = await workspace.write('nginx', {
    'nginx.conf': `
      daemon off;
      pid nginx.pid;
      error_log stderr;
      events {}
      http {
        access_log off;
        client_body_temp_path body; proxy_temp_path proxy;
        fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
        server {
          listen 127.0.0.1:${port} ssl;
          ssl_certificate ${certFile};
          ssl_certificate_key ${keyFile};
          location / {
            proxy_pass http://${registry};
            proxy_set_header Host $http_host;
          }
        }
      }`
  })
  await mkdir(`${folder}/logs`)
  await startProgram('nginx', ['-p', folder, '-c', 'nginx.conf', '-e', 'stderr'], port)
})

afterAll(async () => {
  expect(await workspace.leftovers()).toEqual([])
  await workspace.close()
})

test('a proxy that ends TLS and forgets X-Forwarded-Proto: uploads stay on https', async () => {
  const session = await makeTransport({ tls: trusted() }).send({
    method: 'POST',
    url: new URL(`https://${host}/v2/team/demo/blobs/uploads/`),
    headers: {}
  })
  expect(session.headers['location']).toMatch(/^http:\/\/127\.0\.0\.1:/)
  const result = await publish([`--ca=${ca.root.certFile}`])
  expect(result).toMatchObject({ code: 0 })
})

test('plain http to it is told, with the input that mends it', async () => {
  const result = await publish(['--plain-http'])
  expect(result.code).toBe(6)
  expect(result.stderr).toContain(
    `${host} expects https on that port, but the request was plain http.`
  )
})

test('its refusal of a body that is too large is read, though it closes early', async () => {
  const url = new URL(`https://${host}/v2/team/demo/blobs/uploads/any`)
  const body = Buffer.alloc(20 * 1024 * 1024)
  const transport = makeTransport({ tls: trusted() })
  const response = await transport.send({ method: 'PUT', url, headers: {}, body })
  expect(response.status).toBe(413)
  expect(response.body.toString()).toContain('413 Request Entity Too Large')
})

function trusted() {
  return { ca: ca.root.cert, clientCertificate: undefined, skipsVerification: false }
}

function publish(flags: readonly string[]) {
  const args = ['publish', 'chart', `--registry=oci://${host}/team`, ...flags]
  return runCli(workspace, [...args, '--source-date-epoch=1704164645'])
}
