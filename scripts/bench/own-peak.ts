import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CommandName } from './commands.ts'
import { type Bench, runOnce } from './rounds.ts'
import type { Scenario } from './scenarios.ts'

const HOOK = join(import.meta.dirname, 'report-own-peak.cjs')

/** Largest resident set of our own process without the helm that it runs, from one more run. */
export async function ownPeak(
  command: CommandName,
  scenario: Scenario,
  bench: Bench
): Promise<number> {
  const file = join(bench.folder, 'own-peak.txt')
  const environment = { NODE_OPTIONS: `--require=${HOOK}`, BENCH_OWN_PEAK_FILE: file }
  await runOnce({ command, scenario, environment }, bench)
  return Number(await readFile(file, 'utf8'))
}
