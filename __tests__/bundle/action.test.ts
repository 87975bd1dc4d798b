import { chmod, mkdir, readFile } from 'node:fs/promises'
import { expect, test } from '@jest/globals'
import { chartFiles } from '../support/charts/charts.ts'
import { expectInertAction } from '../support/hostile/inert.ts'
import { environmentIn, helmPath, killWhen } from '../support/program.ts'
import type { RegistryAuth, TestRegistry } from '../support/registry/registry.ts'
import { useRegistries } from '../support/registry/servers.ts'
import { cancelWhen, Job, runAction, runPost } from '../support/runner/runner.ts'
import { useWorkspace } from '../support/workspace.ts'

const PASSWORD = 'correct "horse" & <battery>'
const LOGIN: RegistryAuth = { kind: 'bearer', username: 'ci', password: PASSWORD }
const workspace = useWorkspace()
const startRegistry = useRegistries()

function inputsFor({ host }: TestRegistry, more: Readonly<Record<string, string>> = {}) {
  return {
    chart: 'chart',
    registry: `oci://${host}/charts`,
    'plain-http': 'true',
    'source-date-epoch': '1704164645',
    ...more
  }
}

test('all outputs are set', async () => {
  const registry = await startRegistry()
  await workspace.write('chart', chartFiles({ extra: 'appVersion: "7"\n' }))
  const { code, outputs } = await runAction(workspace, inputsFor(registry, { destination: 'out' }))
  expect(code).toBe(0)
  const digest = expect.stringMatching(/^sha256:[0-9a-f]{64}$/)
  const subject = `${registry.host}/charts/demo`
  expect(outputs).toEqual({
    digest,
    ref: `${subject}:1.2.3`,
    published: `${subject}@${outputs['digest']}`,
    'signature-digest': '',
    'attestation-digest': '',
    'attestation-url': '',
    'ref-digest': `${subject}@${outputs['digest']}`,
    'subject-name': subject,
    name: 'demo',
    version: '1.2.3',
    'app-version': '7',
    tag: '1.2.3',
    'chart-digest': digest,
    'config-digest': digest,
    size: expect.stringMatching(/^\d+$/),
    archive: workspace.path('out/demo-1.2.3.tgz'),
    status: 'published',
    results: expect.any(String)
  })
  expect(JSON.parse(outputs['results'] ?? '')).toEqual([
    expect.objectContaining({ status: 'published', digest: outputs['digest'], error: null })
  ])
  expect(registry.store.manifest('charts/demo', outputs['digest'] ?? '')).toBeDefined()
  expect(await workspace.leftovers()).toEqual([])
})

test('the same chart again is unchanged, with the same digest', async () => {
  const registry = await startRegistry()
  await workspace.write('chart', chartFiles())
  const first = await runAction(workspace, inputsFor(registry))
  const again = await runAction(workspace, inputsFor(registry))
  expect(again).toMatchObject({
    code: 0,
    outputs: { status: 'unchanged', digest: first.outputs['digest'] }
  })
})

test('the password and what is made of it are masked before anything else is printed', async () => {
  const registry = await startRegistry({ auth: LOGIN })
  await workspace.write('chart', chartFiles())
  const result = await runAction(
    workspace,
    inputsFor(registry, { username: 'ci', password: `${PASSWORD}\n` })
  )
  expect(result.code).toBe(0)
  const lines = result.stdout.split('\n')
  const firstOther = lines.findIndex((line) => !line.startsWith('::add-mask::'))
  expect(firstOther).toBeGreaterThan(0)
  expect(result.masks).toContain(PASSWORD)
  expect(result.masks).toContain(Buffer.from(`ci:${PASSWORD}`).toString('base64'))
  expect(result.masks).toContain('a-token-of-the-test-registry')
  expect(result.masks).not.toContain('ci')
  const shown = lines.filter((line) => !line.startsWith('::add-mask::')).join('\n') + result.stderr
  for (const mask of result.masks) expect(shown).not.toContain(mask)
  expect(JSON.stringify(result.outputs) + JSON.stringify(result.state)).not.toContain('horse')
})

test('no output is lost on its way to another job, unless a secret is part of it', async () => {
  const registry = await startRegistry({ auth: LOGIN })
  await workspace.write('chart', chartFiles())
  const inputs = inputsFor(registry, { username: 'ci', password: PASSWORD })
  const result = await runAction(workspace, inputs)
  const set = Object.entries(result.outputs).filter(([, value]) => value !== '')
  expect(result.jobOutputs).toEqual(Object.fromEntries(set))
  const other = await runAction(workspace, inputs, { job: new Job(['demo']) })
  expect(other.jobOutputs).not.toHaveProperty('ref')
  expect(other.jobOutputs).toHaveProperty('digest')
})

test('identity-token and registry-auth are masked first, and neither shows anywhere', async () => {
  const registry = await startRegistry({ auth: LOGIN })
  await workspace.write('chart', chartFiles())
  const secret = 'canary-of-this-test'
  const yaml = `other.example:\n  username: ci\n  password: ${secret}\n`
  for (const inputs of [{ 'identity-token': secret }, { 'registry-auth': yaml }]) {
    const result = await runAction(workspace, inputsFor(registry, inputs))
    expect(result.code).toBe(5)
    const lines = result.stdout.split('\n')
    expect(lines[0]).toMatch(/^::add-mask::/)
    expect(result.masks).toContain(secret)
    const shown = lines.filter((line) => !line.startsWith('::add-mask::')).join('\n')
    expect(shown + result.stderr + JSON.stringify(result.outputs)).not.toContain('canary')
    expect(
      JSON.stringify(registry.requests.map(({ url, headers }) => [url, headers]))
    ).not.toContain('canary')
  }
})

test('registry-auth that cannot be parsed is an error of usage that shows nothing of it', async () => {
  const yaml = 'ghcr.io: {username: ci, password: "canary-of-this-test'
  const result = await runAction(workspace, { 'registry-auth': yaml })
  expect(result.code).toBe(2)
  expect(result.stdout).toMatch(
    /::error title=[^:]+::.*`registry-auth` is not valid: it is not valid YAML, line 1/
  )
  const lines = result.stdout.split('\n').filter((line) => !line.startsWith('::add-mask::'))
  expect(lines.join('\n')).not.toContain('canary')
  expect(result.outputs).toEqual({ results: '[]', status: 'failed' })
})

test('registry-auth logs in to the host that it names', async () => {
  const registry = await startRegistry({ auth: LOGIN })
  await workspace.write('chart', chartFiles())
  const yaml = JSON.stringify({ [registry.host]: { username: 'ci', password: PASSWORD } })
  const result = await runAction(workspace, inputsFor(registry, { 'registry-auth': yaml }))
  expect(result.code).toBe(0)
})

test('a failure is one error annotation with its fix, and stands in results: the exit code tells its kind', async () => {
  const registry = await startRegistry({ auth: LOGIN })
  await workspace.write('chart', chartFiles())
  const result = await runAction(
    workspace,
    inputsFor(registry, { username: 'ci', password: 'another-password' })
  )
  expect(result.code).toBe(5)
  expect(result.annotations.filter(({ level }) => level === 'error')).toEqual([
    {
      level: 'error',
      message: expect.stringMatching(
        /refused a token: 401 .* Fix: Check `username` and `password`\.$/
      ),
      properties: { title: expect.any(String) }
    }
  ])
  expect(result.outputs).toMatchObject({ status: 'failed', digest: '', name: 'demo' })
  expect(JSON.parse(result.outputs['results'] ?? '')).toMatchObject([
    { status: 'failed', error: { exitCode: 5 } }
  ])
  expect(registry.log.some((line) => line.startsWith('PUT'))).toBe(false)
  expect(await workspace.leftovers()).toEqual([])
})

test('inputs that are wrong are reported all at once, one annotation each, and results is an empty list', async () => {
  const result = await runAction(workspace, { registry: 'https://ghcr.io/a', 'dry-run': 'maybe' })
  expect(result.code).toBe(2)
  expect(result.annotations.map(({ level, message }) => [level, message])).toEqual([
    ['error', expect.stringMatching(/"maybe"\. Fix: /)],
    ['error', expect.stringMatching(/"https"\. Fix: /)]
  ])
  expect(result.outputs).toEqual({ results: '[]', status: 'failed' })
})

test('without a registry the chart is packaged into the working directory', async () => {
  await workspace.write('chart', chartFiles())
  const { code, outputs } = await runAction(workspace, { chart: 'chart' })
  expect(code).toBe(0)
  expect(outputs).toMatchObject({
    status: 'packaged',
    archive: workspace.path('demo-1.2.3.tgz'),
    ref: ''
  })
})

test('helm sees neither inputs nor tokens of the runner', async () => {
  const spy = `#!/bin/sh\nenv >> "${workspace.path('seen')}"\nexec "${helmPath()}" "$@"\n`
  await workspace.write('bin', { helm: spy })
  await chmod(workspace.path('bin/helm'), 0o755)
  await workspace.write('chart', chartFiles())
  const registry = await startRegistry({ auth: LOGIN })
  const inputs = inputsFor(registry, { username: 'ci', password: PASSWORD })
  const result = await runAction(workspace, inputs, {
    environment: {
      PATH: `${workspace.path('bin')}:${environmentIn(workspace)['PATH']}`,
      ACTIONS_RUNTIME_TOKEN: 'canary-runtime',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'canary-id'
    }
  })
  expect(result.code).toBe(0)
  const seen = await readFile(workspace.path('seen'), 'utf8')
  expect(seen).toContain('HELM_NO_PLUGINS=1')
  expect(seen).not.toMatch(/horse|canary|INPUT_|GITHUB_/)
})

test('a run that is interrupted cleans up and tells so', async () => {
  const registry = await startRegistry({ fault: () => 'hang' })
  await workspace.write('chart', chartFiles())
  const result = await runAction(workspace, inputsFor(registry), {
    started: cancelWhen(() => registry.requests.length > 0)
  })
  expect(result.code).toBe(130)
  expect(result.stdout).toMatch(/^::error title=[^:]+::Interrupted by SIGINT\./m)
  expect(await workspace.leftovers()).toEqual([])
})

test('the post step removes what a killed run left, and nothing else', async () => {
  const registry = await startRegistry({ fault: () => 'hang' })
  await workspace.write('chart', chartFiles())
  await mkdir(workspace.path('tmp/of-another-step'))
  const killed = await runAction(workspace, inputsFor(registry), {
    started: killWhen(() => registry.requests.length > 0, 'SIGKILL')
  })
  expect(await workspace.leftovers()).toHaveLength(2)
  const post = await runPost(workspace, killed.state)
  expect(post).toMatchObject({ code: 0, stderr: '' })
  expect(post.stdout).toContain('Removed the temporary files')
  expect(await workspace.leftovers()).toEqual(['of-another-step'])
})

test('the post step behind a run that ended has nothing to do', async () => {
  await workspace.write('chart', chartFiles())
  const { state, job } = await runAction(workspace, { chart: 'chart' })
  const inputs = { chart: 'chart', password: PASSWORD }
  const post = await runPost(workspace, state, { job, inputs })
  expect(post).toMatchObject({ code: 0, stdout: '', stderr: '', state: {}, outputs: {} })
})

test('hostile text from a registry cannot become a command of the workflow', async () => {
  const body = 'x\n::set-output name=digest::evil\r::add-mask::a\n##[error]y'
  const registry = await startRegistry({ fault: () => ({ status: 403, body }) })
  await workspace.write('chart', chartFiles())
  const result = await runAction(workspace, inputsFor(registry))
  expect(result.code).toBe(5)
  expectInertAction(result)
  expect(result.log).toContain('# #[error]y')
})

test('an output that holds the value of a secret is pointed out, since no other job gets it', async () => {
  const auth: RegistryAuth = { kind: 'bearer', username: 'ci', password: 'charts' }
  const registry = await startRegistry({ auth })
  await workspace.write('chart', chartFiles())
  const { stdout, outputs, jobOutputs } = await runAction(
    workspace,
    inputsFor(registry, { username: 'ci', password: 'charts' })
  )
  expect(jobOutputs).not.toHaveProperty('ref')
  expect(outputs['ref']).toContain('/charts/demo:1.2.3')
  expect(stdout).toMatch(/^::notice.*::The output `ref` contains the value of a secret/m)
  expect(stdout).not.toContain('output `digest` holds')
})
