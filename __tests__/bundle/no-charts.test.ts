import { readdir } from 'node:fs/promises'
import { describe, expect, test } from '@jest/globals'
import { chartFiles } from '../support/charts/charts.ts'
import { expectInertAction } from '../support/hostile/inert.ts'
import { runCli } from '../support/program.ts'
import { useRegistries } from '../support/registry/servers.ts'
import { runAction } from '../support/runner/runner.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const startRegistry = useRegistries()
const LINE = 'No charts were found; nothing was published.'

/** Without helm: there is nothing to package. */
const WITHOUT_HELM = { PATH: '/nowhere' }

describe('a run without charts', () => {
  test.each([
    ['an empty text', ''],
    ['an empty list', '[]'],
    ['a pattern without a match', '.cr-release-packages/*.tgz'],
    ['a line that excludes', '!charts/library'],
    ['everything excluded', 'charts/*\n!charts/a']
  ])(
    'of the action (%s) fails by default, though there is a chart in the working directory',
    async (_, chart) => {
      await workspace.write('.', chartFiles())
      await workspace.write('charts/a', chartFiles({ name: 'a' }))
      const { code, outputs, stdout, summary } = await runAction(workspace, { chart })
      expect(code).toBe(2)
      expect(outputs).toEqual({ results: '[]', status: 'failed' })
      expect(stdout).toMatch(/^::error title=[^:]+::.*Fix: .*`if-no-charts-found` to `warn`/m)
      expect(summary).toContain('<code>if-no-charts-found</code>')
      expect(await readdir(workspace.path())).not.toContain('demo-1.2.3.tgz')
    }
  )

  test.each([
    ['warn', /^::warning::No charts found: `chart` is empty\.$/m],
    ['ignore', /^No charts found: `chart` is empty\.$/m]
  ])('of the action succeeds with `%s`: every output empty, and it is said', async (how, said) => {
    const registry = await startRegistry()
    await workspace.write('.', chartFiles())
    const inputs = { chart: '', registry: registry.host, 'if-no-charts-found': how }
    const result = await runAction(workspace, inputs, { environment: WITHOUT_HELM })
    expect(result.code).toBe(0)
    expect(result.stdout).toMatch(said)
    expect(result.stdout).toContain(`\n${LINE}\n`)
    const { results, ...others } = result.outputs
    expect(results).toBe('[]')
    expect(new Set(Object.values(others))).toEqual(new Set(['']))
    expect(others).toHaveProperty('status')
    expect(result.summary).toContain('<h3>No charts were found; nothing was published</h3>')
    expect(registry.log).toEqual([])
    expectInertAction(result)
    expect(await workspace.leftovers()).toEqual([])
  })

  test('of the command is one JSON object, without results and without an error', async () => {
    const registry = await startRegistry()
    const flags = [`--registry=${registry.host}`, '--if-no-charts-found=ignore', '--json']
    const { code, stdout, stderr } = await runCli(workspace, ['publish', 'charts/*', ...flags], {
      environment: WITHOUT_HELM
    })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual({ schemaVersion: 1, results: [], error: null })
    expect(stderr).toContain(`\n${LINE}\n`)
    expect(registry.log).toEqual([])
  })

  test('of the command prints no result, and fails by default: exit code 2', async () => {
    const package_ = (...args: readonly string[]) => runCli(workspace, ['package', ...args])
    const warned = await package_('', '--if-no-charts-found=warn')
    expect(warned).toMatchObject({ code: 0, stdout: '' })
    expect(warned.stderr).toMatch(/^Warning: No charts found: CHART is empty\.$/m)
    expect(await package_('')).toMatchObject({ code: 2, stdout: '' })
    const json = await package_('none/*', '--json')
    expect(JSON.parse(json.stdout)).toMatchObject({ results: [], error: { exitCode: 2 } })
  })

  test('is not one where a path does not exist: exit code 2', async () => {
    const { code, stderr } = await runCli(workspace, [
      'package',
      'gone',
      '--if-no-charts-found=ignore'
    ])
    expect(code).toBe(2)
    expect(stderr).toContain('The chart "gone" cannot be read: it does not exist (ENOENT).')
  })

  test('writes a layout that the next run finds no chart in', async () => {
    const flags = ['--if-no-charts-found=ignore', '--json']
    const packaged = await runCli(workspace, ['package', '', '--oci-layout=out', ...flags])
    expect(packaged.code).toBe(0)
    const published = await runCli(workspace, [
      'publish',
      'oci-layout:out',
      '--registry=h/p',
      ...flags
    ])
    expect(published.code).toBe(0)
    expect(JSON.parse(published.stdout)).toMatchObject({ results: [], error: null })
    const failed = await runCli(workspace, ['publish', 'oci-layout:out', '--registry=h/p'])
    expect(failed.code).toBe(2)
    expect(failed.stderr).toContain('The OCI image layout "out" has no chart.')
  })
})

test('an input that is not set at all is the working directory, as a default of action.yml is', async () => {
  await workspace.write('.', chartFiles())
  expect((await runAction(workspace, {})).outputs).toMatchObject({ status: 'packaged' })
})

test('a JSON array and a list of changed files name charts in both faces', async () => {
  for (const name of ['a', 'b']) await workspace.write(`charts/${name}`, chartFiles({ name }))
  const json = await runAction(workspace, { chart: '["charts/a", "charts/b"]' })
  expect(json.outputs['results']).toMatch(/"name":"a".*"name":"b"/)
  const files = 'charts/a/values.yaml charts/b/templates/configmap.yaml charts/a/Chart.yaml'
  const { code, stdout } = await runCli(workspace, ['package', files, '--json'])
  expect(code).toBe(0)
  const charts = JSON.parse(stdout).results.map(({ chart }: { chart: string }) => chart)
  expect(charts).toEqual(['charts/a', 'charts/b'])
})
