// Writes docs/summary.png, the picture of a job summary in the README: what the built action writes for the example charts,
// with the registry's address replaced. Needs chromium, cmark-gfm and a font with emoji: node scripts/summary-picture.ts
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { TestRegistry } from '../__tests__/support/registry/registry.ts'
import { execute } from './execute.mjs'
import { findHelm } from './tools.mjs'

const ROOT = join(import.meta.dirname, '..')
const CHARTS = { shop: 'examples/charts/shop', storefront: 'examples/charts/storefront' }
const SHOWN = 'ghcr.io/acme'
const SIZE = '900,425'
const STYLE = `
  body { font: 14px/1.5 "Noto Sans", "DejaVu Sans", sans-serif; width: 850px; margin: 24px; color: #1f2328; background: #fff }
  h3 { font-size: 1.25em; margin-top: 0 }
  table { border-collapse: collapse; margin-bottom: 12px }
  th, td { border: 1px solid #d1d9e0; padding: 6px 13px }
  code { background: #818b981f; border-radius: 6px; padding: .2em .4em; font: 85% monospace }
  pre { background: #f6f8fa; border-radius: 6px; padding: 16px; font: 85%/1.45 monospace }
`

const folder = mkdtempSync(join(tmpdir(), 'publish-helm-chart-picture-'))
const registry = await TestRegistry.start()
try {
  await summaryOf(CHARTS.storefront)
  const summary = await summaryOf(`${CHARTS.shop}\n${CHARTS.storefront}`)
  const shown = summary.replaceAll(registry.host, SHOWN).replaceAll(' --plain-http', '')
  writeFileSync(join(folder, 'summary.md'), shown)
  await takePicture(join(folder, 'summary.md'), join(ROOT, 'docs/summary.png'))
} finally {
  await registry.stop()
  rmSync(folder, { recursive: true, force: true })
}

/** What the action writes when it publishes `chart`. */
async function summaryOf(chart: string): Promise<string> {
  const file = join(folder, 'step-summary')
  writeFileSync(file, '')
  const environment = {
    PATH: [dirname(findHelm() ?? ''), process.env['PATH']].join(delimiter),
    GITHUB_STEP_SUMMARY: file,
    INPUT_CHART: chart,
    INPUT_REGISTRY: `oci://${registry.host}/charts`,
    'INPUT_PLAIN-HTTP': 'true'
  }
  await execute(process.execPath, [join(ROOT, 'dist/action.cjs')], { cwd: ROOT, environment })
  return readFileSync(file, 'utf8')
}

async function takePicture(markdown: string, file: string): Promise<void> {
  const parser = ['--unsafe', '--extension', 'table', markdown]
  const { stdout } = await execute('cmark-gfm', parser, { cwd: folder })
  const page = join(folder, 'summary.html')
  writeFileSync(page, `<!doctype html><meta charset="utf-8"><style>${STYLE}</style>${stdout}`)
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars']
  const args = [...flags, `--window-size=${SIZE}`, `--screenshot=${file}`, `file://${page}`]
  await execute('chromium', args, { cwd: folder })
}
