// Compares the program with helm on the same archives, in one run and by turns: times are medians.
// `npm run bench -- --runs 20` for more turns; figures of different machines are not comparable.
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readArchive } from '../src/chart/archive.ts'
import { buildArtifact } from '../src/publish/artifact/artifact.ts'
import { findHelm } from './tools.mjs'

const ROOT = join(import.meta.dirname, '..')
const MB = 1_000_000
/** Below the 5 MiB that older Helm takes of one file. */
const FILE_BYTES = MB

const { values } = parseArgs({ options: { runs: { type: 'string', default: '11' } } })
const runs = Number(values.runs)
const found = findHelm()
if (!found) throw new Error('there is no helm: run `npm run setup`')
const helm = found
const folder = mkdtempSync(join(tmpdir(), 'publish-helm-chart-bench-'))
try {
  say(
    `Reading an archive, validating it, deriving its artifact; median of ${runs}, ${cpus()[0]?.model}`
  )
  say(
    `${'archive'.padEnd(10)} ${'within this process'.padEnd(24)} ${'`inspect FILE`'.padEnd(24)} ${'`helm show chart FILE`'.padEnd(24)} inspect : helm`
  )
  for (const megabytes of [1, 20]) compare(megabytes, packChart(megabytes))
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** A chart of so many files of 1 MB, which hardly compress, packaged by helm. */
function packChart(megabytes: number): string {
  const source = join(folder, `chart-${megabytes}`)
  mkdirSync(join(source, 'files'), { recursive: true })
  writeFileSync(
    join(source, 'Chart.yaml'),
    `apiVersion: v2\nname: bench-${megabytes}\nversion: 1.0.0\n`
  )
  for (let index = 0; index < megabytes; index++) {
    writeFileSync(join(source, `files/${index}.bin`), randomBytes(FILE_BYTES))
  }
  execute(helm, ['package', source, '--destination', folder])
  const name = readdirSync(folder).find((file) => file === `bench-${megabytes}-1.0.0.tgz`)
  return join(folder, name ?? '')
}

function compare(megabytes: number, archive: string): void {
  const within: number[] = []
  const inspect: number[] = []
  const show: number[] = []
  for (let run = 0; run < runs; run++) {
    within.push(elapsed(() => derive(archive)))
    inspect.push(
      elapsed(() => execute(process.execPath, [join(ROOT, 'dist/cli.cjs'), 'inspect', archive]))
    )
    show.push(elapsed(() => execute(helm, ['show', 'chart', archive])))
  }
  const size = readFileSync(archive).length
  const columns = [within, inspect, show].map((times) => rate(median(times), size).padEnd(24))
  const ratio = median(inspect) / median(show)
  say(`${`${megabytes} MB`.padEnd(10)} ${columns.join(' ')} ${ratio.toFixed(2)} : 1`)
}

function derive(archive: string): void {
  const reading = readArchive(readFileSync(archive))
  if (!reading.archive) throw new Error('the archive is refused')
  buildArtifact(reading.archive, { created: '2024-01-02T03:04:05Z' })
}

function elapsed(body: () => void): number {
  const started = performance.now()
  body()
  return performance.now() - started
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
}

function rate(ms: number, bytes: number): string {
  return `${ms.toFixed(1)} ms (${(bytes / MB / (ms / 1000)).toFixed(0)} MB/s)`
}

function execute(file: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(file, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${file} ${args.join(' ')} failed: ${stderr}`)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
