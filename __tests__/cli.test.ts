import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { chartFiles } from './helpers/charts.ts'
import { runCli } from './helpers/program.ts'
import { TestRegistry } from './helpers/registry.ts'
import { useWorkspace } from './helpers/workspace.ts'

const workspace = useWorkspace()
let registry: TestRegistry

beforeEach(async () => {
  registry = await TestRegistry.start()
})

afterEach(() => registry.stop())

test('publish prints the reference with the digest of what is in the registry, and nothing else', async () => {
  const chart = await workspace.write('chart', chartFiles())
  const target = `oci://${registry.host}/charts`
  const result = await runCli(workspace, ['publish', chart, '--registry', target, '--plain-http'])
  expect(result).toMatchObject({ code: 0 })
  const [, digest = ''] = result.stdout.split('@')
  expect(result.stdout).toBe(`${registry.host}/charts/demo:1.2.3@${digest}`)
  expect(registry.store.manifest('charts/demo', digest.trim())).toBeDefined()
  expect(await workspace.leftovers()).toEqual([])
})
