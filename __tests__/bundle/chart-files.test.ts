import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { describe, expect, test } from '@jest/globals'
import { digestOf } from '../../src/oci/spec/blob.ts'
import { chartFiles } from '../support/charts/charts.ts'
import { makeFifo } from '../support/charts/special-files.ts'
import { environmentIn, helmPath, type ProgramOptions, run, runCli } from '../support/program.ts'
import { expectNothingPushed, publisher, resultIn } from '../support/publish-command.ts'
import { useRegistries } from '../support/registry/servers.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const startRegistry = useRegistries()
const publish = publisher(workspace)

const TOKEN = 'ghs_q7Rt2Zw9KxB4mN8vLc3HsD6fJg1PyU5aEo0T'
const PASSWORD = 'n0t-For-Anybody-3lse'
const base64 = (text: string) => Buffer.from(text).toString('base64')

function publishWithToken(host: string, flags: readonly string[] = [], more: ProgramOptions = {}) {
  const environment = { GITHUB_TOKEN: TOKEN, ...more.environment }
  return publish({ host }, flags, { ...more, environment })
}

describe('a chart directory ends the run at once, whatever lies in it:', () => {
  test.each([
    'Chart.yaml',
    'Chart.lock',
    'requirements.yaml',
    '.helmignore',
    'charts/x',
    'charts/x.tgz',
    'files/x'
  ])('a FIFO in place of %s', async (name) => {
    const registry = await startRegistry()
    const files: Record<string, string> = { ...chartFiles(), 'charts/.x': '', 'files/.x': '' }
    delete files[name]
    const chart = await workspace.write('chart', files)
    makeFifo(`${chart}/${name}`)
    const { code, stderr } = await publish(registry)
    expect([code, stderr]).toEqual([4, expect.stringContaining('it is a FIFO')])
    await expectNothingPushed(registry, workspace)
  })

  test.each([
    ['/dev/zero', 'Chart.yaml', 'it is a device'],
    ['/dev/ptmx', 'requirements.yaml', 'it is a device'],
    ['..', 'charts/l1', 'it points to a folder above it'],
    ['/proc/self/environ', 'README.md', 'outside of the work tree']
  ])('a link to %s as %s', async (target, name, why) => {
    const registry = await startRegistry()
    const files: Record<string, string> = { ...chartFiles(), 'charts/.x': '' }
    delete files[name]
    const chart = await workspace.write('chart', files)
    await symlink(target, `${chart}/${name}`)
    await symlink(target, `${chart}/charts/l2`)
    const { code, stderr } = await publish(registry)
    expect([code, stderr]).toEqual([4, expect.stringContaining(why)])
    await expectNothingPushed(registry, workspace)
  })
})

test('an archive and its provenance that are FIFOs end the run at once', async () => {
  const registry = await startRegistry()
  makeFifo(workspace.path('a.tgz'))
  const target = [`--registry=oci://${registry.host}/charts`, '--plain-http']
  for (const command of [
    ['publish', 'a.tgz', ...target],
    ['inspect', 'a.tgz']
  ]) {
    const { code, stderr } = await runCli(workspace, command)
    expect([code, stderr]).toEqual([2, expect.stringContaining('"a.tgz" is a FIFO')])
  }
  await workspace.write('chart', chartFiles())
  await helmPackage('chart')
  makeFifo(workspace.path('demo-1.2.3.tgz.prov'))
  for (const command of [
    ['publish', 'demo-1.2.3.tgz', ...target],
    ['inspect', 'demo-1.2.3.tgz']
  ]) {
    const { code, stderr } = await runCli(workspace, command)
    expect([code, stderr]).toEqual([2, expect.stringContaining('it is a FIFO')])
  }
})

const GIT = {
  'repository/.git/HEAD': 'ref: refs/heads/main\n',
  'repository/.git/objects/x': '',
  'repository/.git/refs/x': ''
}

describe('links that lead out of the work tree', () => {
  test('are refused, with an input that allows them', async () => {
    const chart = await workspace.write('repository/chart', chartFiles())
    await workspace.write('.', {
      ...GIT,
      outside: 'text',
      'repository/near': 'text'
    })
    await symlink('../../outside', `${chart}/innocent.txt`)
    await symlink('../near', `${chart}/near.txt`)
    const refused = await runCli(workspace, ['package', chart])
    expect([refused.code, refused.stderr]).toEqual([
      4,
      expect.stringContaining(`"innocent.txt" to "${workspace.path('outside')}"`)
    ])
    const allowed = await runCli(workspace, ['package', chart, '--allow-outside-files'])
    expect([allowed.code, allowed.stderr]).toEqual([
      0,
      expect.stringContaining('links point to files outside of the chart')
    ])
  })

  test('are refused as provenance of an archive, which may be a link itself', async () => {
    const registry = await startRegistry()
    await workspace.write('chart', chartFiles())
    await helmPackage('chart')
    await mkdir(workspace.path('repository/dist'), { recursive: true })
    await workspace.write('.', GIT)
    await workspace.write('.', { login: '{"auths":{}}' })
    const archive = workspace.path('repository/dist/demo-1.2.3.tgz')
    await symlink('../../demo-1.2.3.tgz', archive)
    const args = ['publish', archive, `--registry=oci://${registry.host}/charts`, '--plain-http']
    expect((await runCli(workspace, args)).code).toBe(0)
    await symlink('../../login', `${archive}.prov`)
    const { code, stderr } = await runCli(workspace, args)
    expect([code, stderr]).toEqual([4, expect.stringContaining('outside of the work tree')])
    expect((await runCli(workspace, [...args, '--allow-outside-files', '--dry-run'])).code).toBe(0)
  })
})

describe('nothing is sent that holds a secret of the run:', () => {
  test.each<[string, Readonly<Record<string, string>>]>([
    [
      'the token of the job in a file of git',
      { gitconfig: `extraheader = basic ${base64(`x-access-token:${TOKEN}`)}` }
    ],
    ['the token in values.yaml', { 'values.yaml': `token: "${TOKEN}"\n` }],
    [
      'the token in Chart.yaml',
      { 'Chart.yaml': `${chartFiles()['Chart.yaml']}description: ${TOKEN}\n` }
    ],
    [
      'the token in a template of a subchart',
      {
        'charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 1.0.0\n',
        'charts/sub/templates/x.yaml': `token: ${TOKEN}\n`
      }
    ]
  ])('%s', async (_, files) => {
    const registry = await startRegistry()
    await workspace.write('chart', { ...chartFiles(), ...files })
    for (const flags of [[], ['--dry-run'], ['--destination=kept']]) {
      const { code, stderr, stdout } = await publishWithToken(registry.host, flags)
      expect([code, stderr]).toEqual([4, expect.stringContaining('contains a secret of this run')])
      expect(stderr + stdout).not.toContain(TOKEN)
    }
    expect(existsSync(workspace.path('kept'))).toBe(false)
    await expectNothingPushed(registry, workspace)
  })

  test('the password, in an annotation', async () => {
    const registry = await startRegistry()
    const environment = { PUBLISH_HELM_CHART_USERNAME: 'u', PUBLISH_HELM_CHART_PASSWORD: PASSWORD }
    const { code, stderr } = await publish(registry, [`--annotations=a=${PASSWORD}`], {
      environment
    })
    expect([code, stderr]).toEqual([4, expect.stringContaining('the manifest, see --annotations')])
    await expectNothingPushed(registry, workspace)
  })

  test('a login that is found in a file when the registry is connected to', async () => {
    const registry = await startRegistry({
      auth: { kind: 'basic', username: 'u', password: PASSWORD }
    })
    await workspace.write('home/.docker', {
      'config.json': JSON.stringify({
        auths: { [registry.host]: { auth: base64(`u:${PASSWORD}`) } }
      })
    })
    await workspace.write('chart', { ...chartFiles(), 'files/notes': `The login is ${PASSWORD}.` })
    const { code, stderr, stdout } = await publish(registry, ['--json'])
    expect([code, stderr]).toEqual([4, expect.stringContaining('"files/notes", line 1')])
    expect(resultIn(stdout)).toMatchObject({ status: 'failed', error: { exitCode: 4 } })
    expect(stderr + stdout).not.toContain(PASSWORD)
    await expectNothingPushed(registry, workspace)
  })

  test('an archive or a layout that was made before', async () => {
    const registry = await startRegistry()
    await workspace.write('chart', { ...chartFiles(), 'files/notes': TOKEN })
    const made = await runCli(workspace, [
      'package',
      'chart',
      '--oci-layout=layout',
      '--destination=out'
    ])
    expect(made.code).toBe(0)
    const target = [`--registry=oci://${registry.host}/charts`, '--plain-http']
    for (const chart of ['out/demo-1.2.3.tgz', 'oci-layout:layout']) {
      const environment = { GITHUB_TOKEN: TOKEN }
      const { code, stderr } = await runCli(workspace, ['publish', chart, ...target], {
        environment
      })
      expect([code, stderr]).toEqual([4, expect.stringContaining('"files/notes", line 1')])
    }
    expect(registry.log).toEqual([])
  })

  test('an OCI image layout is not written, and what was there stays', async () => {
    await workspace.write('chart', { ...chartFiles(), 'files/notes': TOKEN })
    const environment = { GITHUB_TOKEN: TOKEN }
    const { code } = await runCli(workspace, ['package', 'chart', '--oci-layout=layout'], {
      environment
    })
    expect(code).toBe(4)
    expect(existsSync(workspace.path('layout'))).toBe(false)
  })
})

test('a short password that the chart has as its default is a warning only', async () => {
  const registry = await startRegistry()
  await workspace.write('chart', { ...chartFiles(), 'values.yaml': 'password: Harbor12345\n' })
  const environment = {
    PUBLISH_HELM_CHART_USERNAME: 'u',
    PUBLISH_HELM_CHART_PASSWORD: 'Harbor12345'
  }
  const { code, stdout } = await publish(registry, ['--json'], { environment })
  expect(code).toBe(0)
  const { warnings } = resultIn(stdout)
  expect(warnings).toEqual([expect.stringContaining('appears in the chart: "values.yaml".')])
})

test('data of git in a chart is refused, and the line that is advised is right', async () => {
  const registry = await startRegistry()
  const chart = await workspace.write('chart', {
    ...chartFiles(),
    '.git/config': 'token',
    'charts/.x': ''
  })
  const { code, stderr } = await publish(registry)
  expect([code, stderr]).toEqual([
    4,
    expect.stringContaining('Add the line `.git` to the file .helmignore')
  ])
  await writeFile(`${chart}/.helmignore`, '.git\n')
  expect((await publish(registry)).code).toBe(0)
})

describe('a layout whose manifest goes by another name is refused', () => {
  test.each([
    ['title', 'other'],
    ['version', '9.9.9']
  ])('by its %s', async (key, value) => {
    const registry = await startRegistry()
    await workspace.write('chart', chartFiles())
    await runCli(workspace, ['package', 'chart', '--oci-layout=layout'])
    await changeManifest(`org.opencontainers.image.${key}`, value)
    const target = [`--registry=oci://${registry.host}/charts`, '--plain-http']
    const { code, stderr } = await runCli(workspace, ['publish', 'oci-layout:layout', ...target])
    expect([code, stderr]).toEqual([
      4,
      expect.stringContaining(`the annotation org.opencontainers.image.${key} is "${value}"`)
    ])
    expect(registry.log).toEqual([])
  })
})

test('more than eight subcharts at one level are packaged once, and the log says why and what to do', async () => {
  const subcharts = [...'abcdefghij'].map((name) => {
    return [`charts/${name}/Chart.yaml`, `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`]
  })
  await workspace.write('chart', { ...chartFiles(), ...Object.fromEntries(subcharts) })
  await workspace.write('bin', {
    helm: `#!/bin/sh\necho "$1" >> ${workspace.path('runs')}\nexec ${helmPath()} "$@"\n`
  })
  await chmod(workspace.path('bin/helm'), 0o755)
  const environment = { PATH: `${workspace.path('bin')}:${process.env['PATH']}` }
  const args = ['package', 'chart', '--source-date-epoch=0']
  const { code, stderr } = await runCli(workspace, args, { environment })
  expect([code, stderr]).toEqual([
    0,
    expect.stringContaining('more than eight at one level (here 10)')
  ])
  expect(stderr).toContain('Publishing it again is safe')
  const runs = (await readFile(workspace.path('runs'), 'utf8')).split('\n')
  expect(runs.filter((line) => line === 'package')).toHaveLength(1)
})

test('helm that refuses a pointer of Git LFS is explained', async () => {
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 9\n`
  await workspace.write('chart', { ...chartFiles(), 'values.yaml': pointer })
  const { code, stderr } = await runCli(workspace, ['package', 'chart'])
  expect([code, stderr]).toEqual([4, expect.stringContaining('instead of files: "values.yaml"')])
  expect(stderr).toContain('`lfs: true`')
})

test('provenance for another file than the one that Helm pulls is a warning', async () => {
  const registry = await startRegistry()
  await workspace.write('chart', chartFiles())
  await helmPackage('chart')
  const bytes = await readFile(workspace.path('demo-1.2.3.tgz'))
  await writeFile(
    workspace.path('demo-1.2.3.tgz.prov'),
    `files:\n  chart.tgz: ${digestOf(bytes)}\n`
  )
  const args = [
    'publish',
    'demo-1.2.3.tgz',
    `--registry=oci://${registry.host}/charts`,
    '--plain-http'
  ]
  const { code, stderr } = await runCli(workspace, args)
  expect([code, stderr]).toEqual([
    0,
    expect.stringContaining('The provenance is for the file "chart.tgz"')
  ])
})

async function helmPackage(chart: string): Promise<void> {
  const options = { environment: environmentIn(workspace), directory: workspace.path() }
  await run(helmPath(), ['package', chart], options)
}

/** Gives the one manifest of the layout another annotation, and all that names its digest. */
async function changeManifest(key: string, value: string): Promise<void> {
  const index = JSON.parse(await readFile(workspace.path('layout/index.json'), 'utf8'))
  const folder = workspace.path('layout/blobs/sha256')
  const path = `${folder}/${index.manifests[0].digest.slice('sha256:'.length)}`
  const manifest = JSON.parse(await readFile(path, 'utf8'))
  manifest.annotations[key] = value
  const bytes = Buffer.from(JSON.stringify(manifest))
  const digest = digestOf(bytes)
  await writeFile(`${folder}/${digest.slice('sha256:'.length)}`, bytes)
  index.manifests[0] = { ...index.manifests[0], digest, size: bytes.length }
  await writeFile(workspace.path('layout/index.json'), JSON.stringify(index))
  expect(await readdir(folder)).toContain(digest.slice('sha256:'.length))
}
