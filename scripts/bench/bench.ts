// Measures the program beside helm and oras: `npm run bench`; `npm run bench -- --help` lists the flags.
// Figures of different machines, or of different runs, are not comparable.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { replaceSection } from '../docs.mjs'
import { measure, type Watch } from './measure.ts'
import { type Options, parseOptions, USAGE } from './options.ts'
import { renderChart, renderMarkdown, renderText } from './render.ts'
import type { Results } from './results.ts'

const DOCS = join(import.meta.dirname, '../../docs')

if (process.argv.includes('--help')) process.stdout.write(USAGE)
else await main(parseOptions(process.argv.slice(2)))

async function main(options: Options): Promise<void> {
  const { signal, ...watch } = watchSignals()
  try {
    await run(options, { signal, ...watch })
  } catch (error) {
    if (!signal.aborted) throw error
    process.stderr.write(`${signal.reason.message}\n`)
    process.exitCode = 1
  }
}

async function run(options: Options, watch: Watch): Promise<void> {
  const { from, docs } = options
  const results: Results =
    from === undefined ? await last(options, watch) : JSON.parse(readFileSync(from, 'utf8'))
  process.stdout.write(renderText(results))
  if (docs) writeDocs(results)
}

/** Measures, and writes the JSON after each scenario, so that a run that ends early leaves what it had. */
async function last(options: Options, watch: Watch): Promise<Results> {
  let latest: Results | undefined
  for await (const results of measure(options, watch)) {
    latest = results
    const text = JSON.stringify(results, undefined, 1)
    if (options.json !== undefined) writeFileSync(options.json, `${text}\n`)
  }
  if (!latest) throw new Error('nothing was measured')
  return latest
}

/** Progress on standard error; Ctrl-C ends what runs, and removes what was made. */
function watchSignals(): Watch {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => controller.abort(new Error(`ended by ${signal}`)))
  }
  return {
    progress: (line) => process.stderr.write(`${line}\n`),
    signal: controller.signal
  }
}

function writeDocs(results: Results): void {
  if (!results.isComplete) throw new Error('these are not all the figures that the docs need')
  const page = join(DOCS, 'performance.md')
  const text = readFileSync(page, 'utf8')
  writeFileSync(page, replaceSection(text, 'bench', renderMarkdown(results)))
  writeFileSync(join(DOCS, 'performance.svg'), renderChart(results))
}
