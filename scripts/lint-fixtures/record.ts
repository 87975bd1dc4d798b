// Records what `helm lint` of several versions prints about the charts of __tests__/support/charts/lint/:
//   node scripts/lint-fixtures/record.ts [VERSION=PATH ...]
//   npx biome check --write __tests__/fixtures/helm/lint.json
// A version without a path is taken from where tools are kept, else built with Go, which takes some minutes.
// Go's maps have no order: texts about several values of a chart may change from one recording to the next.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { LINT_CHARTS } from '../../__tests__/support/charts/lint/all.ts'
import {
  type LintChart,
  type LintOutput,
  type LintRecord,
  lintChartFiles
} from '../../__tests__/support/charts/lint/lint-chart.ts'
import { helmOf, VERSIONS } from './helms.ts'

const FIXTURE = join(import.meta.dirname, '../../__tests__/fixtures/helm/lint.json')

const given = new Map(
  process.argv.slice(2).map((pair) => {
    const [version = '', path = ''] = pair.split('=')
    return [version, path] as const
  })
)
for (const version of given.keys()) {
  if (!VERSIONS.some((known) => known === version))
    throw new Error(`${version} is not one of ${VERSIONS.join(', ')}`)
}
const helms = VERSIONS.map((version) => ({ version, path: given.get(version) ?? helmOf(version) }))
const records = LINT_CHARTS.map(record)
writeFileSync(FIXTURE, `[\n${records.map((one) => JSON.stringify(one)).join(',\n')}\n]\n`)

function record(chart: LintChart): LintRecord {
  const folder = mkdtempSync(join(tmpdir(), 'lint-'))
  try {
    write(join(folder, chart.folder ?? 'chart'), chart)
    const outputs: (LintOutput & { helms: string[] })[] = []
    for (const { version, path } of helms) {
      const output = lint(path, folder, chart)
      const same = outputs.find(
        ({ helms: _, ...other }) => JSON.stringify(other) === JSON.stringify(output)
      )
      if (same) same.helms.push(version)
      else outputs.push({ ...output, helms: [version] })
    }
    return { title: chart.title, outputs }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function write(folder: string, chart: LintChart): void {
  for (const [path, text] of Object.entries(lintChartFiles(chart))) {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
}

function lint(helm: string, folder: string, chart: LintChart): LintOutput {
  const args = (chart.args ?? []).map((arg) => arg.replaceAll('%DIR%', folder))
  const environment = { HOME: folder, HELM_NO_PLUGINS: '1', TZ: 'UTC' }
  const path = join(folder, chart.folder ?? 'chart')
  const { status, stdout, stderr } = spawnSync(helm, ['lint', path, ...args], {
    env: environment,
    encoding: 'utf8'
  })
  const plain = (text: string) => text.replaceAll(folder, '%DIR%')
  return { exitCode: status, stdout: plain(stdout), stderr: plain(stderr) }
}
