import { readFile, writeFile } from 'node:fs/promises'
import { describe, expect, test } from '@jest/globals'
import { chartFiles } from '../support/charts/charts.ts'
import type { TestRegistry } from '../support/registry/registry.ts'
import { useRegistries } from '../support/registry/servers.ts'
import { runAction } from '../support/runner/runner.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const startRegistry = useRegistries()

function inputsFor({ host }: TestRegistry, more: Readonly<Record<string, string>> = {}) {
  return { chart: 'chart', registry: `oci://${host}/charts`, 'plain-http': 'true', ...more }
}

const annotationsIn = (stdout: string, kind: string) =>
  stdout.split('\n').filter((line) => line.startsWith(`::${kind} `))

describe('the job summary', () => {
  test('tells what was published, with the commands that install it by digest', async () => {
    const registry = await startRegistry()
    await workspace.write('chart', chartFiles())
    const { summary, outputs } = await runAction(workspace, inputsFor(registry))
    expect(summary).toMatch(/^<h3>Published <code>demo 1\.2\.3<\/code><\/h3>\n/)
    expect(summary).toMatch(
      /<td><code>demo<\/code><\/td><td><code>1\.2\.3<\/code>.*✅ published.*\d s<\/td>/
    )
    const { digest, 'subject-name': name } = outputs
    expect(summary).toContain(`helm install demo oci://${name} --version 1.2.3 --plain-http\n`)
    expect(summary).toContain(`  oci://${name}\\\n@${digest} --plain-http\n`)
    expect(summary.endsWith('\n')).toBe(true)
  })

  test('says what differs from what is there', async () => {
    const registry = await startRegistry()
    await workspace.write('chart', chartFiles())
    await runAction(workspace, inputsFor(registry))
    await workspace.write('chart', { 'values.yaml': 'replicas: 2\n', 'new.txt': 'x' })
    const { summary, code } = await runAction(workspace, inputsFor(registry))
    expect(code).toBe(7)
    expect(summary).toContain('<h3>Nothing was published; 1 failed (<code>demo 1.2.3</code>)</h3>')
    expect(summary).toMatch(
      /changed: &quot;<code>values\.yaml<\/code>&quot;; added: &quot;<code>new\.txt</
    )
    expect(summary).toContain('<b>Fix:</b> Publish under a new <code>version</code>')
  })

  test('says of a dry run that it was one', async () => {
    const registry = await startRegistry()
    await workspace.write('chart', chartFiles())
    const { summary } = await runAction(workspace, inputsFor(registry, { 'dry-run': 'true' }))
    expect(summary).toContain(
      '<h3>Dry run, nothing was pushed: 1 of 1 would be published (<code>demo 1.2.3</code>)</h3>'
    )
    expect(summary).not.toContain('helm pull')
  })

  test('is there when the inputs are wrong', async () => {
    const { summary, code } = await runAction(workspace, { registry: 'https://ghcr.io/a' })
    expect(code).toBe(2)
    expect(summary).toMatch(
      /^<h3>Publishing failed<\/h3>\n\n<p>.*https.*<br>\n<b>Fix:<\/b> .*<\/p>\n$/s
    )
  })

  test('is not written when `summary` is false, whatever becomes of the run', async () => {
    await workspace.write('chart', chartFiles())
    const good = await runAction(workspace, { chart: 'chart', summary: 'False' })
    const bad = await runAction(workspace, { chart: 'none', summary: 'false' })
    expect([good.code, bad.code]).toEqual([0, 2])
    expect(good.summary + bad.summary).toBe('')
  })

  test('is no matter where the runner offers none', async () => {
    await workspace.write('chart', chartFiles())
    const environment = { GITHUB_STEP_SUMMARY: '', GITHUB_ARTIFACTS: '' }
    const { code, stdout } = await runAction(workspace, { chart: 'chart' }, { environment })
    expect(code).toBe(0)
    expect(stdout).not.toMatch(/summary|::warning/)
  })

  test('that cannot be written is a warning', async () => {
    await workspace.write('chart', chartFiles())
    const environment = { GITHUB_STEP_SUMMARY: workspace.path('not/there') }
    const { code, stdout } = await runAction(workspace, { chart: 'chart' }, { environment })
    expect(code).toBe(0)
    expect(stdout).toContain('::warning::The summary cannot be written: ')
  })

  test('that would be too large beside what is there is a warning', async () => {
    await workspace.write('chart', chartFiles())
    const path = workspace.path('full')
    await writeFile(path, 'x'.repeat(1024 * 1024))
    const environment = { GITHUB_STEP_SUMMARY: path }
    const { code, stdout } = await runAction(workspace, { chart: 'chart' }, { environment })
    expect(code).toBe(0)
    expect(stdout).toContain(
      '::warning::The summary is not written, because it would be larger than the 1 MiB'
    )
    expect(await readFile(path, 'utf8')).toHaveLength(1024 * 1024)
  })

  test('shows neither a password nor what a registry makes of it', async () => {
    const password = 'p<a>ss & "word"'
    const body = { errors: [{ code: 'DENIED', message: `no right for ${password}` }] }
    const registry = await startRegistry({
      fault: () => ({ status: 403, body: JSON.stringify(body) })
    })
    await workspace.write('chart', chartFiles())
    const login = { username: 'ci', password }
    const { summary } = await runAction(workspace, inputsFor(registry, login))
    expect(summary).toContain('***')
    expect(summary).not.toMatch(/ss &amp;|&quot;word/)
  })

  test('is asked for by true or false, reported with all else that is wrong', async () => {
    const { code, stdout, summary } = await runAction(workspace, { summary: 'yes', timeout: 'x' })
    expect(code).toBe(2)
    expect(stdout).toMatch(/::`summary` is "yes"\..*\n::error [^:]+::`timeout` is "x"/)
    expect(summary).toContain('<code>summary</code> is &quot;yes&quot;')
  })
})

describe('annotations', () => {
  test('a publication is a notice with a title', async () => {
    const registry = await startRegistry()
    await workspace.write('chart', chartFiles())
    const { stdout, outputs } = await runAction(workspace, inputsFor(registry))
    expect(annotationsIn(stdout, 'notice')).toEqual([
      `::notice title=Published Helm chart::Published ${outputs['ref']} ${outputs['digest']}`
    ])
  })

  test('an error about Chart.yaml names the file in the workspace and the line', async () => {
    await workspace.write('charts/a, b', chartFiles({ version: 'x.y' }))
    const { stdout } = await runAction(workspace, { chart: workspace.path('charts/a, b') })
    expect(annotationsIn(stdout, 'error')).toEqual([
      expect.stringMatching(
        /^::error title=Helm chart not published,file=charts\/a%2C b\/Chart.yaml,line=3::.*"x\.y"/
      )
    ])
  })

  test('a name that no registry takes is found in Chart.yaml, though the archive is what is judged', async () => {
    const registry = await startRegistry()
    await workspace.write('chart', chartFiles({ name: 'Demo' }))
    const { stdout } = await runAction(workspace, inputsFor(registry, { version: '2.0.0' }))
    expect(annotationsIn(stdout, 'error')[0]).toContain('file=chart/Chart.yaml,line=2::')
  })

  test('a warning about Chart.yaml names its line, but for a version that is an input', async () => {
    await workspace.write('chart', chartFiles({ version: 'v1.2.3' }))
    const own = await runAction(workspace, { chart: 'chart', lint: 'off' })
    expect(annotationsIn(own.stdout, 'warning')).toEqual([
      expect.stringMatching(
        /^::warning file=chart\/Chart.yaml,line=3::Helm does not list the tag "v1\.2\.3"/
      )
    ])
    const given = await runAction(workspace, { chart: 'chart', version: '1.2' })
    expect(given.stdout).toMatch(/^::warning::Helm does not list the tag "1\.2"/m)
  })

  test('a version that exists with different content is an error at its line, where it is not an input', async () => {
    const registry = await startRegistry()
    await workspace.write('chart', chartFiles())
    await runAction(workspace, inputsFor(registry))
    await workspace.write('chart', { 'values.yaml': 'replicas: 2\n' })
    const own = await runAction(workspace, inputsFor(registry))
    expect(own.code).toBe(7)
    expect(annotationsIn(own.stdout, 'error')).toEqual([
      expect.stringMatching(
        /^::error title=[^,]+,file=chart\/Chart\.yaml,line=3::.* set `if-exists` to `skip` or `overwrite`\./
      )
    ])
    const given = await runAction(workspace, inputsFor(registry, { version: '1.2.3' }))
    expect(given.code).toBe(7)
    expect(annotationsIn(given.stdout, 'error')).toEqual([
      expect.stringMatching(/^::error title=[^,]+::/)
    ])
  })

  test('a values.yaml that helm refuses is an error at its line', async () => {
    await workspace.write('chart', { ...chartFiles(), 'values.yaml': 'a: 1\nb: [1\nc: 2\n' })
    const { code, stdout } = await runAction(workspace, { chart: 'chart' })
    expect(code).toBe(4)
    expect(annotationsIn(stdout, 'error')).toEqual([
      expect.stringMatching(/^::error title=[^,]+,file=chart\/values\.yaml,line=3::/)
    ])
  })

  test('a file outside of the workspace is not named', async () => {
    await workspace.write('chart', chartFiles({ version: 'x.y' }))
    const environment = { GITHUB_WORKSPACE: workspace.path('elsewhere') }
    const { stdout } = await runAction(workspace, { chart: 'chart' }, { environment })
    expect(annotationsIn(stdout, 'error')[0]).toMatch(/^::error title=[^:,]+::/)
  })

  test('two targets of a chart that is not fit have one error', async () => {
    const [a, b] = [await startRegistry(), await startRegistry()]
    await workspace.write('chart', chartFiles({ version: 'x.y' }))
    const registry = `oci://${a.host}/a\noci://${b.host}/b`
    const { stdout, summary } = await runAction(workspace, inputsFor(a, { registry }))
    expect(annotationsIn(stdout, 'error')).toHaveLength(1)
    expect(summary).toContain('<h3>Nothing was published; 2 failed (<code>chart</code>)</h3>')
  })
})

describe('the artifacts of the job', () => {
  test('are what was published, and what was there already', async () => {
    const registry = await startRegistry()
    await workspace.write('chart', chartFiles())
    const inputs = inputsFor(registry, { 'source-date-epoch': '1704164645' })
    const first = await runAction(workspace, inputs)
    expect(first.artifacts).toBe(`oci://${first.outputs['ref']}@${first.outputs['digest']}\n`)
    const again = await runAction(workspace, inputs)
    expect(again.outputs['status']).toBe('unchanged')
    expect(again.artifacts).toBe(first.artifacts)
  })

  test('leave out what an earlier step declared with another digest', async () => {
    const registry = await startRegistry()
    await workspace.write('chart', chartFiles())
    const name = `${registry.host}/charts/demo:1.2.3`
    const digest = `sha256:${'f'.repeat(64)}`
    const list = { version: 1, subjects: [{ name, digest, kind: 'oci' }] }
    await writeFile(workspace.path('list'), JSON.stringify(list))
    const environment = { GITHUB_ARTIFACTS_LIST: workspace.path('list') }
    const { code, artifacts, stdout } = await runAction(workspace, inputsFor(registry), {
      environment
    })
    expect([code, artifacts]).toEqual([0, ''])
    expect(stdout).toMatch(
      /^::notice::.* is not declared as an artifact of the job: an earlier step/m
    )
  })

  test('come behind what the step has declared before, on lines of their own', async () => {
    const registry = await startRegistry()
    await workspace.write('chart', chartFiles())
    await writeFile(workspace.path('own'), 'README.md')
    const environment = { GITHUB_ARTIFACTS: workspace.path('own') }
    const { outputs } = await runAction(workspace, inputsFor(registry), { environment })
    const text = await readFile(workspace.path('own'), 'utf8')
    expect(text).toBe(`README.md\noci://${outputs['ref']}@${outputs['digest']}\n`)
  })

  test('leave out a name that holds a secret, but for words that are in it by chance', async () => {
    const registry = await startRegistry()
    await workspace.write('chart', chartFiles())
    const path = 'charts-of-the-team'
    const inputs = { registry: `oci://${registry.host}/${path}`, username: 'ci' }
    const long = await runAction(workspace, inputsFor(registry, { ...inputs, password: path }))
    expect([long.code, long.artifacts]).toEqual([0, ''])
    expect(long.stdout).toMatch(/^::notice::A chart with a secret in its name is not declared/m)
    const word = await runAction(workspace, inputsFor(registry, { ...inputs, password: 'charts' }))
    expect([word.code, word.artifacts]).toEqual([
      0,
      expect.stringContaining(`/${path}/demo:1.2.3@sha256:`)
    ])
  })

  test('never fail a run: what keeps them from being declared is a notice', async () => {
    const registry = await startRegistry()
    await workspace.write('chart', chartFiles())
    await writeFile(workspace.path('list'), 'no json')
    const environment = { GITHUB_ARTIFACTS_LIST: workspace.path('list') }
    const { code, stdout } = await runAction(workspace, inputsFor(registry), { environment })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^::notice::Nothing is declared as an artifact of the job: /m)
  })
})
