import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { chartFiles } from '../helpers/charts.ts'
import { helmPath, runCli } from '../helpers/program.ts'
import { useWorkspace } from '../helpers/workspace.ts'

const PLATFORM = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`
const workspace = useWorkspace()
let server: Server
let requests: string[]
let archive: Buffer
/** What the mirror answers; 200 with the archive unless changed. */
let status: number

beforeEach(async () => {
  const wrapper = `#!/bin/sh\n[ "$1" = version ] && echo v4.9.1 || exec "${helmPath()}" "$@"\n`
  const folder = await workspace.write(`mirror/${PLATFORM}`, { helm: wrapper })
  await chmod(`${folder}/helm`, 0o755)
  execFileSync('tar', ['-czf', 'helm.tar.gz', PLATFORM], { cwd: workspace.path('mirror') })
  archive = await readFile(workspace.path('mirror/helm.tar.gz'))
  status = 200
  requests = []
  server = createServer(({ url = '' }, response) => {
    requests.push(url)
    response.writeHead(status).end(archive)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})

afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

/** Packages a chart with the given helm version, downloaded from the mirror; no helm is on PATH. */
async function packageWith(...flags: readonly string[]) {
  const chart = await workspace.write('chart', chartFiles())
  const mirror = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mirror/`
  return runCli(
    workspace,
    ['package', chart, `--helm-download-url=${mirror}`, '--json', ...flags],
    {
      environment: { PATH: '/usr/bin:/bin', RUNNER_TOOL_CACHE: workspace.path('tool-cache') }
    }
  )
}

test('a download with the right checksum is kept and used, the next time without a download', async () => {
  const flags = ['--helm-version=v4.9.1', `--helm-sha256=${sha256Of(archive)}`]
  const first = await packageWith(...flags)
  expect(first).toMatchObject({ code: 0 })
  expect(first.stderr).toContain('(v4.9.1)')
  expect(JSON.parse(first.stdout).results[0]).toMatchObject({ status: 'packaged' })
  expect(await packageWith(...flags)).toMatchObject({ code: 0 })
  expect(requests).toEqual([`/mirror/helm-v4.9.1-${PLATFORM}.tar.gz`])
  expect(await workspace.leftovers()).toEqual([])
})

test('a download with another checksum is not used: exit code 3', async () => {
  const result = await packageWith('--helm-version=v4.9.1', `--helm-sha256=${'0'.repeat(64)}`)
  expect(result.code).toBe(3)
  expect(result.stderr).toContain('it was not used')
  expect(await workspace.leftovers()).toEqual([])
})

test('a download with the right checksum that is no archive is told: exit code 3', async () => {
  archive = Buffer.from('not a tar file')
  const flags = ['--helm-version=v4.9.1', `--helm-sha256=${sha256Of(archive)}`]
  const result = await packageWith(...flags)
  expect(result.code).toBe(3)
  expect(result.stderr).toContain('Error: Helm v4.9.1 is not at hand, and cannot be installed from')
  expect(await workspace.leftovers()).toEqual([])
})

test('a version that is built in is held to its checksum', async () => {
  const result = await packageWith('--helm-version=3.22')
  expect(result.code).toBe(3)
  expect(result.stderr).toContain('it was not used')
  expect(requests).toEqual([`/mirror/helm-v3.22.0-${PLATFORM}.tar.gz`])
})

test('helm that is neither on PATH nor to be had is told, with the address and the fix: exit code 3', async () => {
  status = 404
  const result = await packageWith()
  expect(result.code).toBe(3)
  expect(result.stderr).toContain(`/mirror/helm-v4.3.0-${PLATFORM}.tar.gz: `)
  expect(result.stderr).toContain('Fix: Put a recent helm on PATH')
  expect(JSON.parse(result.stdout).results[0]).toMatchObject({
    status: 'failed',
    error: { exitCode: 3 }
  })
  expect(await workspace.leftovers()).toEqual([])
})

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
