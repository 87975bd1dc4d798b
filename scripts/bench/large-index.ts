// Measures what three charts cost that depend on charts of a repository with a large index, with our command and with
// `helm dependency build` and `helm package`: `node scripts/bench/large-index.ts [MB] [ROUNDS]`. Run `npm run build` first.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { yamlIndex } from '../helm-rules/sample-index.ts'
import { toolPath } from '../tools.mjs'
import { timeProcess, type Usage } from './timed-process.ts'

const [megabytes = '12', rounds = '5'] = process.argv.slice(2)
const CLI = join(import.meta.dirname, '../../dist/cli.cjs')
/** Of the sample index, where they stand far from each other. */
const NAMES = ['chart-3', 'chart-40', 'chart-77']
const DIGEST = 'd34db33f'.repeat(8)

const folder = await mkdtemp(join(tmpdir(), 'large-index-'))
const environment = {
  PATH: `${dirname(toolPath('helm'))}:/usr/bin:/bin`,
  HOME: join(folder, 'home'),
  HELM_NO_PLUGINS: '1',
  SOURCE_DATE_EPOCH: '1704164645'
}
const options = { directory: folder, environment, signal: new AbortController().signal }
const server = createServer((request, response) => {
  readFile(join(folder, 'site', request.url ?? '')).then(
    (bytes) => response.end(bytes),
    () => response.writeHead(404).end()
  )
})

try {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  await prepare(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  for (let round = 1; round <= Number(rounds); round++) {
    report('ours', await ours())
    report('ours, own process', await own())
    if (round === 1) report('helm', await helms())
  }
} finally {
  server.close()
  await rm(folder, { recursive: true, force: true })
}

/** Writes a repository with a large index, the archives that are wanted of it, and the charts that want them. */
async function prepare(url: string): Promise<void> {
  const site = join(folder, 'site')
  await mkdir(site)
  await mkdir(join(folder, 'home'))
  let index = yamlIndex(Number(megabytes) * 1024 * 1024).toString()
  index = index.replaceAll('https://charts.example', url)
  for (const name of NAMES) {
    const [, version = ''] = new RegExp(`/${name}-(\\d+\\.\\d+\\.\\d+)\\.tgz`).exec(index) ?? []
    await writeChart(join(folder, 'libraries', name), `name: ${name}\nversion: ${version}\n`)
    await helm('package', join(folder, 'libraries', name), '--destination', site)
    const bytes = await readFile(join(site, `${name}-${version}.tgz`))
    const digest = createHash('sha256').update(bytes).digest('hex')
    const home = `\n    home: ${url}/${name}\n`
    index = index.replace(`${DIGEST}${home}`, `${digest}${home}`)
    const list = `dependencies:\n- name: ${name}\n  version: ${version}\n  repository: ${url}\n`
    const own = `name: of-${name}\nversion: 1.0.0\n${list}`
    await writeChart(join(folder, 'charts', `of-${name}`), own)
  }
  await writeFile(join(site, 'index.yaml'), index)
  await helm('repo', 'add', 'large', url)
  const size = (index.length / 1e6).toFixed(1)
  process.stdout.write(`${NAMES.length} charts, an index of ${size} MB\n`)
}

async function writeChart(path: string, fields: string): Promise<void> {
  await mkdir(join(path, 'templates'), { recursive: true })
  await writeFile(join(path, 'Chart.yaml'), `apiVersion: v2\n${fields}`)
  await writeFile(join(path, 'templates/a.yaml'), 'a: b\n')
}

function ours(more: Readonly<Record<string, string>> = {}): Promise<Usage> {
  const charts = NAMES.map((name) => join(folder, 'charts', `of-${name}`))
  const args = ['package', ...charts, '--lint=off', `--destination=${join(folder, 'out')}`]
  const all = { ...options, environment: { ...environment, ...more } }
  return timeProcess([process.execPath, CLI, ...args], all)
}

/** The peak of our process, without the helm that it runs. */
async function own(): Promise<Usage> {
  const file = join(folder, 'own-peak.txt')
  const hook = join(import.meta.dirname, 'report-own-peak.cjs')
  const usage = await ours({ NODE_OPTIONS: `--require=${hook}`, BENCH_OWN_PEAK_FILE: file })
  return { ...usage, peakBytes: Number(await readFile(file, 'utf8')) }
}

/** As a script would do it, one chart after the other, in copies. */
async function helms(): Promise<Usage> {
  const copies = join(folder, 'copies')
  await cp(join(folder, 'charts'), copies, { recursive: true })
  const commands = NAMES.map((name) => {
    const chart = join(copies, `of-${name}`)
    return `helm dependency build ${chart} && helm package ${chart} --destination ${folder}`
  })
  const usage = await timeProcess(['/bin/sh', '-c', commands.join(' && ')], options)
  await rm(copies, { recursive: true })
  return usage
}

async function helm(...args: readonly string[]): Promise<void> {
  await promisify(execFile)('helm', args, { env: environment })
}

function report(who: string, { seconds, cpuSeconds, peakBytes }: Usage): void {
  const figures = `${seconds.toFixed(2)} s, ${cpuSeconds.toFixed(2)} s of CPU, ${Math.round(peakBytes / 1e6)} MB`
  process.stdout.write(`${who.padEnd(18)} ${figures}\n`)
}
