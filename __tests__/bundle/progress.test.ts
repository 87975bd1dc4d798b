import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { FACES, runFace } from '../support/both-faces.ts'
import { gzipOf, tarOf } from '../support/charts/archives.ts'
import { chartFiles } from '../support/charts/charts.ts'
import { storeChart } from '../support/charts/stored-chart.ts'
import { useSlowLines } from '../support/network/slow-line.ts'
import { CLI, environmentIn, run, runCli } from '../support/program.ts'
import { useRegistries } from '../support/registry/servers.ts'
import { useWorkspace } from '../support/workspace.ts'

/** More than both ends of a connection hold. */
const CHART_MIB = 24
const PAUSE_BYTES = 1024 * 1024
/** The line comes after ten seconds. */
const TIMEOUT_MS = 90_000
const workspace = useWorkspace()
const startRegistry = useRegistries()
const startLine = useSlowLines()
let archive: Buffer

beforeEach(async () => {
  const [file] = Object.entries(chartFiles()).map(([name, body]) => ({
    name: `demo/${name}`,
    body
  }))
  if (!file) throw new Error('the chart has no file')
  const body = randomBytes(CHART_MIB * 1024 * 1024)
  archive = gzipOf(tarOf([file, { name: 'demo/files/large.bin', body }]))
  await writeFile(workspace.path('demo.tgz'), archive)
})

/** For `started`: calls `then` when the program has printed what is waited for. */
function whenPrinted(pattern: RegExp, then: () => void): (child: ChildProcess) => void {
  return (child) => {
    let printed = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (text: string) => {
        printed += text
        if (pattern.test(printed)) then()
      })
    }
  }
}

describe.each(FACES)('the %s', (face) => {
  test(
    'says how far an upload is that is slow',
    async () => {
      const registry = await startRegistry()
      const { host, release } = await startLine(registry.host, PAUSE_BYTES)
      const inputs = {
        chart: 'demo.tgz',
        registry: `oci://${host}/charts`,
        'plain-http': 'true',
        'require-genuine': 'false'
      }
      const started = whenPrinted(/\d MiB of 24\.0 MiB sent/, release)
      const { code, log } = await runFace(face, workspace, { inputs, started })
      expect(code).toBe(0)
      const line = log.split('\n').find((one) => one.includes(' sent'))
      expect(line?.replace(host, 'HOST').trim()).toMatch(
        /^HOST\/charts\/demo:1\.2\.3: \d+\.\d MiB of 24\.0 MiB sent\.$/
      )
    },
    TIMEOUT_MS
  )

  test('says of a time-out how far the upload was', async () => {
    const registry = await startRegistry()
    const { host } = await startLine(registry.host, PAUSE_BYTES)
    const inputs = {
      chart: 'demo.tgz',
      registry: `oci://${host}/charts`,
      'plain-http': 'true',
      'require-genuine': 'false',
      timeout: '2s'
    }
    const { code, log } = await runFace(face, workspace, { inputs })
    expect(code).toBe(6)
    expect(log).toMatch(/took longer than 2 s; .* after sending \d+\.\d MiB of 24\.0 MiB\.\s+Fix: /)
  })
})

test(
  'inspect says how far a download is that is slow',
  async () => {
    const registry = await startRegistry()
    await storeChart(registry, 'charts/demo:1.2.3', archive)
    const { host, release } = await startLine(registry.host, PAUSE_BYTES)
    const args = ['inspect', `oci://${host}/charts/demo:1.2.3`, '--plain-http']
    const started = whenPrinted(/received/, release)
    const { stderr } = await runCli(workspace, args, { started })
    expect(stderr.replace(host, 'HOST')).toMatch(
      /^HOST\/charts\/demo: \d+\.\d MiB of 24\.0 MiB received(?:, \S+ \S+)?\.$/m
    )
  },
  TIMEOUT_MS
)

test(
  'a download of helm says how far it is',
  async () => {
    let release = () => undefined as unknown
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-length': '2097152' }).write(Buffer.alloc(1024 * 1024))
      release = () => response.end(Buffer.alloc(1024 * 1024))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
    await workspace.write('chart', chartFiles())
    const args = ['package', 'chart', `--helm-download-url=http://${host}/`]
    const started = whenPrinted(/received/, () => release())
    const environment = { PATH: '/usr/bin:/bin' }
    const { stderr } = await runCli(workspace, args, { started, environment })
    server.close()
    expect(stderr.replaceAll(host, 'HOST')).toMatch(
      /^ *HOST\/helm-v\S+: 1\.0 MiB of 2\.0 MiB received\.$/m
    )
    expect(stderr).toContain(', expected ')
  },
  TIMEOUT_MS
)

const onLinux = process.platform === 'linux' ? test : test.skip

onLinux(
  'on a terminal, one line is kept up to date, and is gone at the end',
  async () => {
    const registry = await startRegistry()
    const { host, release } = await startLine(registry.host, PAUSE_BYTES)
    const args = [CLI, 'publish', 'demo.tgz', `--registry=oci://${host}/charts`]
    const flags = ['--plain-http', '--require-genuine=false']
    const command = [process.execPath, ...args, ...flags].join(' ')
    const { code, stdout } = await run('script', ['-qefc', command, '/dev/null'], {
      directory: workspace.path(),
      environment: { ...environmentIn(workspace), SHELL: '/bin/sh' },
      started: whenPrinted(/ sent/, release)
    })
    expect(code).toBe(0)
    const live = /(?:^|[\r\n])(127\S+demo:1\.2\.3: \d+\.\d MiB of 24\.0 MiB sent)(?:, .*?)?\r( +)\r/
    const [, text = '', blanks = ''] = live.exec(stdout) ?? []
    expect(text).not.toBe('')
    expect(blanks.length).toBeGreaterThanOrEqual(text.length)
    expect(stdout).not.toContain('sent.')
  },
  TIMEOUT_MS
)
