import { beforeEach, describe, expect, test } from '@jest/globals'
import { chartFiles } from '../support/charts/charts.ts'
import { runCli } from '../support/program.ts'
import type { TestRegistry } from '../support/registry/registry.ts'
import { useRegistries } from '../support/registry/servers.ts'
import { runAction } from '../support/runner/runner.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const start = useRegistries()
const DATED = '1704164645'

beforeEach(async () => {
  await workspace.write('chart', chartFiles())
})

/** A registry whose token service gives this token to everybody. */
async function startWithToken(token: string): Promise<TestRegistry> {
  const challenge = { 'www-authenticate': 'Bearer realm="/token",service="s"' }
  return start({
    fault: ({ url, headers }) => {
      if (url.startsWith('/token')) return { status: 200, body: JSON.stringify({ token }) }
      return headers.authorization === `Bearer ${token}`
        ? undefined
        : { status: 401, headers: challenge }
    }
  })
}

function publish(registry: TestRegistry, flags: readonly string[], password: string | undefined) {
  const environment = {
    ...(password !== undefined && {
      PUBLISH_HELM_CHART_USERNAME: 'ci',
      PUBLISH_HELM_CHART_PASSWORD: password
    })
  }
  const where = [
    `--registry=oci://${registry.host}/charts`,
    '--plain-http',
    '--if-exists=overwrite'
  ]
  const args = ['publish', 'chart', ...where, `--source-date-epoch=${DATED}`, ...flags]
  return runCli(workspace, args, { environment })
}

const WORDS = ['e', 'sha256', 'latest', 'demo', '1.2.3']

describe.each(WORDS)('a secret that is "%s"', (word) => {
  test('as a password leaves the results as they are', async () => {
    const registry = await start()
    const plain = await publish(registry, ['--json'], undefined)
    const { results } = JSON.parse(plain.stdout)
    const again = await publish(registry, ['--json'], word)
    expect([again.code, JSON.parse(again.stdout).results]).toEqual([
      0,
      [{ ...results[0], status: 'unchanged' }]
    ])
    const text = await publish(registry, [], word)
    expect(text.stdout).toBe(`${results[0].ref}@${results[0].digest}\n`)
    const short = word.length < 4 ? 1 : 0
    expect(text.stderr.match(/Warning: A secret of this run has fewer than 4/g) ?? []).toHaveLength(
      short
    )
  })

  test('as a token leaves the results as they are', async () => {
    const registry = await startWithToken(word)
    const { code, stdout, stderr } = await publish(registry, ['--json'], 'a-password')
    const [result] = JSON.parse(stdout).results
    expect(code).toBe(0)
    expect(result).toMatchObject({
      status: 'published',
      name: 'demo',
      version: '1.2.3',
      ref: `${registry.host}/charts/demo:1.2.3`,
      refDigest: `${registry.host}/charts/demo@${result.digest}`,
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/)
    })
    const [line = ''] = stderr.split('\n').filter((text) => text.startsWith('Published'))
    if (word.length >= 4) expect(line).not.toContain(word)
  })
})

test.each(['e', 'sha256'])(
  'the outputs and masks of the action are sound with a password "%s"',
  async (word) => {
    const registry = await start()
    const inputs = {
      chart: 'chart',
      registry: `oci://${registry.host}/charts`,
      'plain-http': 'true',
      username: 'ci',
      password: word
    }
    const { code, outputs, stdout } = await runAction(workspace, inputs)
    expect(code).toBe(0)
    expect(outputs['digest']).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(outputs['ref-digest']).toBe(`${registry.host}/charts/demo@${outputs['digest']}`)
    expect(JSON.parse(outputs['results'] ?? '')).toEqual([
      expect.objectContaining({ digest: outputs['digest'], refDigest: outputs['ref-digest'] })
    ])
    const masks = stdout.split('\n').filter((line) => line.startsWith('::add-mask::'))
    expect(masks.filter((line) => line.length < '::add-mask::'.length + 4)).toEqual([])
  }
)
