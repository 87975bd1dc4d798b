import { readdir } from 'node:fs/promises'
import { expect } from '@jest/globals'
import { chartFiles } from './charts.ts'
import { type ProgramOptions, type ProgramResult, runCli } from './program.ts'
import type { TestRegistry } from './registry.ts'
import type { Workspace } from './workspace.ts'

/** Publishes the chart in the workspace, a small one unless a test has written another, to plain http. */
export async function publishTo(
  { host }: { readonly host: string },
  workspace: Workspace,
  { flags = [], ...options }: ProgramOptions & { readonly flags?: readonly string[] } = {}
): Promise<ProgramResult> {
  const chart = workspace.path('chart')
  if (!(await readdir(workspace.path())).includes('chart'))
    await workspace.write('chart', chartFiles())
  const target = [
    `--registry=oci://${host}/charts`,
    '--plain-http',
    '--source-date-epoch=1704164645'
  ]
  return runCli(workspace, ['publish', chart, ...target, ...flags], options)
}

export async function expectNothingPushed(
  registry: TestRegistry,
  workspace: Workspace
): Promise<void> {
  expect(registry.log.filter((line) => line.startsWith('PUT'))).toEqual([])
  expect(await workspace.leftovers()).toEqual([])
}
