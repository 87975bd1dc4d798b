import { expect, test } from '@jest/globals'
import { chartFiles } from '../support/charts/charts.ts'
import type { TestRegistry } from '../support/registry/registry.ts'
import { useRegistries } from '../support/registry/servers.ts'
import { runAction } from '../support/runner/runner.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const startRegistry = useRegistries()
const CHARTS = ['api', 'auth', 'billing', 'cart', 'worker']

/** A release of five charts, of which one has a new version then, and one other files under its old one. */
async function releaseTwice(registry: TestRegistry) {
  for (const name of CHARTS) await workspace.write(`charts/${name}`, chartFiles({ name }))
  const inputs = {
    chart: 'charts/*',
    registry: `oci://${registry.host}/charts`,
    'plain-http': 'true',
    'source-date-epoch': '1704164645'
  }
  const first = await runAction(workspace, inputs)
  await workspace.write('charts/api', chartFiles({ name: 'api', version: '2.0.0' }))
  await workspace.write('charts/worker', { 'values.yaml': 'replicas: 7\n' })
  return { first, second: await runAction(workspace, inputs) }
}

const linesOf = (stdout: string) => {
  return stdout.split('\n').filter((line) => line !== '' && !/^::(?:add-mask|debug)::/.test(line))
}

test('a release of several charts logs what is new, each chart that is unchanged in one line, and ends with the result', async () => {
  const registry = await startRegistry()
  const { second } = await releaseTwice(registry)
  expect(second.code).toBe(7)
  const place = `${registry.host}/charts`
  const result = 'Published 1 of 5 (api 2.0.0); 3 unchanged, 1 failed (worker 1.2.3)'
  expect(linesOf(second.stdout)).toEqual([
    'Packaging 5 charts.',
    expect.stringMatching(/^Packaged 5 charts in \d+\.\d s\.$/),
    expect.stringMatching(/^helm package by .*, dated 2024-01-02T03:04:05\.000Z by/),
    `::group::Push api 2.0.0 to ${place}`,
    expect.stringMatching(/^Uploading \d+ B\.$/),
    expect.stringMatching(/^Pushed and read back in /),
    '::endgroup::',
    `::group::Push worker 1.2.3 to ${place}`,
    'Failed. See the error at the end of the log.',
    '::endgroup::',
    ...['auth', 'billing', 'cart'].map((name) => {
      return expect.stringMatching(`^Unchanged: ${place}/${name}:1\\.2\\.3 \\(sha256:.{12}\\)$`)
    }),
    expect.stringContaining(`Published ${place}/api:2.0.0 sha256:`),
    `::notice title=Helm charts::${result}.`,
    expect.stringMatching(
      /^::error title=.*,file=charts\/worker\/Chart\.yaml,line=3::.* exists with different content \(changed: "values\.yaml"\)\. The registry was not changed: it has sha256:[0-9a-f]{12}, this chart is sha256:[0-9a-f]{12}\. Fix: /
    ),
    expect.stringMatching(new RegExp(`^${result.replaceAll(/[().]/g, '\\$&')}, in .* s\\.$`))
  ])
})

test('the outputs of a release that failed in part name what was published, and share what is equal', async () => {
  const registry = await startRegistry()
  const { first, second } = await releaseTwice(registry)
  expect(first.outputs).toMatchObject({ status: 'published', version: '1.2.3', name: '' })
  const { status, published, version, results } = second.outputs
  expect([status, version]).toEqual(['', ''])
  expect(published).toMatch(/^\S+\/charts\/api@sha256:[0-9a-f]{64}$/)
  const statuses = JSON.parse(results ?? '').map((one: { status: string }) => one.status)
  expect(statuses).toEqual(['published', 'unchanged', 'unchanged', 'unchanged', 'failed'])
  expect(first.stdout.match(/^::notice title=Published Helm chart::/gm)).toHaveLength(5)
})

test('the status of one chart that failed is `failed`', async () => {
  const registry = await startRegistry()
  await releaseTwice(registry)
  const { outputs, code } = await runAction(workspace, {
    chart: 'charts/worker',
    registry: `oci://${registry.host}/charts`,
    'plain-http': 'true'
  })
  expect(code).toBe(7)
  expect(outputs).toMatchObject({ status: 'failed', published: '', digest: '', version: '1.2.3' })
})
