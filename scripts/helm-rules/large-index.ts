// Measures what reading a large index costs: `large-index.ts make FILE MB [json]` writes one, `large-index.ts FILE` reads
// three of its charts.
import { readFileSync, writeFileSync } from 'node:fs'
import { readIndex } from '../../src/dependencies/index/index-file.ts'
import { jsonIndex, yamlIndex } from './sample-index.ts'

const [first = '', file = '', megabytes = '12', format] = process.argv.slice(2)
if (first === 'make') {
  const make = format === 'json' ? jsonIndex : yamlIndex
  writeFileSync(file, make(Number(megabytes) * 1024 * 1024))
} else measure(readFileSync(first))

function measure(bytes: Buffer): void {
  const before = process.resourceUsage().maxRSS
  const started = process.cpuUsage()
  const begun = performance.now()
  const found = readIndex(bytes, ['chart-3', 'chart-40', 'chart-77'])
  const { user, system } = process.cpuUsage(started)
  const wall = Math.round(performance.now() - begun)
  const counts = [...found.values()].map(({ usable }) => usable.length)
  const [peak, atFirst] = [process.resourceUsage().maxRSS, before].map((kib) =>
    Math.round(kib / 1024)
  )
  process.stdout.write(
    `${(bytes.length / 1e6).toFixed(1)} MB, ${counts.join('+')} versions: ${wall} ms, ` +
      `${Math.round((user + system) / 1000)} ms of CPU; peak ${peak} MB, ${atFirst} MB before\n`
  )
}
