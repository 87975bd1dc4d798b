import { readdir } from 'node:fs/promises'
import { expect } from '@jest/globals'
import { chartFiles } from './charts/charts.ts'
import { type ProgramOptions, type ProgramResult, runCli } from './program.ts'
import type { TestRegistry } from './registry/registry.ts'
import type { Workspace } from './workspace.ts'

type Publish = (
  registry: { readonly host: string },
  flags?: readonly string[],
  options?: ProgramOptions
) => Promise<ProgramResult>

/** Publishes the chart in the workspace, a small one unless a test has written another, over plain http. */
export function publisher(workspace: Workspace): Publish {
  return async ({ host }, flags = [], options = {}) => {
    const chart = workspace.path('chart')
    if (!(await readdir(workspace.path())).includes('chart')) {
      await workspace.write('chart', chartFiles())
    }
    const registry = [`--registry=oci://${host}/charts`, '--plain-http']
    const args = ['publish', chart, ...registry, '--source-date-epoch=1704164645', ...flags]
    return runCli(workspace, args, options)
  }
}

export function resultIn(stdout: string) {
  const { results } = JSON.parse(stdout)
  return results[0]
}

export async function expectNothingPushed(
  registry: TestRegistry,
  workspace: Workspace
): Promise<void> {
  expect(registry.log.filter((line) => line.startsWith('PUT'))).toEqual([])
  expect(await workspace.leftovers()).toEqual([])
}
