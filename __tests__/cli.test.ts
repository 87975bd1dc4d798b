import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { describe, expect, test } from '@jest/globals'
import { chartFiles } from './helpers/charts.ts'
import { environmentIn, helmPath, killWhen, runCli } from './helpers/program.ts'
import type { RegistryAuth, TestRegistry } from './helpers/registry.ts'
import { useRegistries } from './helpers/servers.ts'
import { useWorkspace } from './helpers/workspace.ts'

const PASSWORD = 'correct "horse" & <battery>'
const LOGIN: RegistryAuth = { kind: 'bearer', username: 'ci', password: PASSWORD }
const workspace = useWorkspace()
const startRegistry = useRegistries()

type Options = Parameters<typeof runCli>[2]

/** Publishes the chart in the workspace, a small one unless a test has written another. */
async function publish(
  { host }: { readonly host: string },
  flags: readonly string[] = [],
  options: Options = {}
) {
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

function resultIn(stdout: string) {
  const { results } = JSON.parse(stdout)
  return results[0]
}

async function expectNothingPushed(registry: TestRegistry): Promise<void> {
  expect(registry.log.filter((line) => line.startsWith('PUT'))).toEqual([])
  expect(await workspace.leftovers()).toEqual([])
}

/** The second connection is opened by a request of its own, whenever it comes. */
function withoutOpening(log: readonly string[]): readonly string[] {
  return log.filter((line) => line !== 'GET /v2/')
}

describe('publish', () => {
  test('prints the reference with the digest of what is in the registry, and nothing else', async () => {
    const registry = await startRegistry()
    const result = await publish(registry)
    expect(result).toMatchObject({ code: 0 })
    const [, digest = ''] = result.stdout.split('@')
    expect(result.stdout).toBe(`${registry.host}/charts/demo:1.2.3@${digest}`)
    expect(registry.store.manifest('charts/demo', digest.trim())).toBeDefined()
    expect(result.stderr).toContain(`Published ${registry.host}/charts/demo:1.2.3 ${digest}`)
    expect(await workspace.leftovers()).toEqual([])
  })

  test('names the line of Chart.yaml that an error is about', async () => {
    const registry = await startRegistry()
    await workspace.write('chart', chartFiles({ version: 'x.y' }))
    const { code, stderr } = await publish(registry)
    expect(code).toBe(4)
    expect(stderr).toMatch(/^Error: .* Fix: .*\n {2}at .*\/chart\/Chart\.yaml:3$/m)
  })

  test('prints every key of the result as JSON', async () => {
    const registry = await startRegistry()
    const { stdout } = await publish(registry, [
      '--json',
      '--app-version=9.9',
      `--destination=${workspace.path('out')}`
    ])
    const digest = expect.stringMatching(/^sha256:[0-9a-f]{64}$/)
    const subject = `${registry.host}/charts/demo`
    expect(JSON.parse(stdout)).toEqual({
      schemaVersion: 1,
      results: [
        {
          chart: workspace.path('chart'),
          target: `${registry.host}/charts`,
          status: 'published',
          name: 'demo',
          version: '1.2.3',
          appVersion: '9.9',
          tag: '1.2.3',
          ref: `${subject}:1.2.3`,
          refDigest: expect.stringMatching(`^${subject}@sha256:`),
          subjectName: subject,
          digest,
          chartDigest: digest,
          configDigest: digest,
          size: expect.any(Number),
          archive: workspace.path('out/demo-1.2.3.tgz'),
          contentIdentity: digest,
          warnings: [],
          error: null
        }
      ],
      error: null
    })
    const { size, archive, chartDigest } = resultIn(stdout)
    const bytes = await readFile(archive)
    expect(bytes).toHaveLength(size)
    expect(registry.store.blob(chartDigest)).toEqual(bytes)
  })

  test.each([
    ['--json', true],
    ['--json=true', true],
    ['--json=false', false]
  ])('with %s, JSON is printed: %s', async (flag, json) => {
    const registry = await startRegistry()
    const { stdout } = await publish(registry, [flag])
    expect(stdout.startsWith('{')).toBe(json)
  })

  test('looks at the tag, pushes two blobs, looks again, pushes the manifest, and reads back', async () => {
    const registry = await startRegistry()
    await publish(registry)
    const [first, ...rest] = withoutOpening(registry.log)
    expect(first).toBe('GET /v2/charts/demo/manifests/1.2.3')
    // The two blobs go up side by side, in whatever order.
    expect(rest.slice(0, 4).toSorted()).toEqual([
      'POST /v2/charts/demo/blobs/uploads/',
      'POST /v2/charts/demo/blobs/uploads/',
      'PUT /v2/charts/demo/blobs/uploads/<session>',
      'PUT /v2/charts/demo/blobs/uploads/<session>'
    ])
    expect(rest.slice(4)).toEqual([
      'GET /v2/charts/demo/manifests/1.2.3',
      'PUT /v2/charts/demo/manifests/1.2.3',
      'GET /v2/charts/demo/manifests/1.2.3'
    ])
  })

  test('finds the same chart unchanged, pushes nothing, and prints the same', async () => {
    const registry = await startRegistry()
    const first = await publish(registry)
    const requests = registry.log.length
    const again = await publish(registry)
    expect(again).toMatchObject({ code: 0, stdout: first.stdout })
    expect(again.stderr).toContain('Unchanged: ')
    expect(withoutOpening(registry.log.slice(requests))).toEqual([
      'GET /v2/charts/demo/manifests/1.2.3'
    ])
  })

  test('refuses other content under the same version and leaves it untouched: exit code 7', async () => {
    const registry = await startRegistry()
    const first = await publish(registry, ['--json'])
    await workspace.write('chart', { 'values.yaml': 'replicas: 2\n' })
    const second = await publish(registry, ['--json', `--destination=${workspace.path('out')}`])
    expect(second.code).toBe(7)
    expect(resultIn(second.stdout)).toMatchObject({
      status: 'failed',
      tag: '1.2.3',
      digest: null,
      archive: null,
      error: { exitCode: 7, fix: expect.stringContaining('Publish under a new `version`') }
    })
    const { digest } = resultIn(first.stdout)
    expect(second.stderr).toContain(`${digest} is there`)
    expect(registry.store.manifest('charts/demo', '1.2.3')).toEqual(
      registry.store.manifest('charts/demo', digest)
    )
    expect(await readdir(workspace.path('out'))).toEqual([])
  })

  test('writes + of a version as _ in the tag, and drops a leading v', async () => {
    const registry = await startRegistry()
    const { stdout } = await publish(registry, ['--version=v2.0.0+build.1', '--json'])
    expect(resultIn(stdout)).toMatchObject({ version: '2.0.0+build.1', tag: '2.0.0_build.1' })
    expect(registry.store.manifest('charts/demo', '2.0.0_build.1')).toBeDefined()
  })

  test('warns when the registry already ends in the name of the chart', async () => {
    const registry = await startRegistry()
    const chart = await workspace.write('chart', chartFiles())
    const target = [`--registry=${registry.host}/charts/demo`, '--plain-http']
    const { stdout, stderr } = await runCli(workspace, ['publish', chart, ...target, '--json'])
    expect(stderr).toContain('Warning: `registry` already ends in the name of the chart')
    expect(resultIn(stdout)).toMatchObject({ status: 'published', warnings: [expect.any(String)] })
  })

  test('warns of a version that Helm will not list', async () => {
    const registry = await startRegistry()
    await workspace.write('chart', chartFiles({ version: 'v1.2.3' }))
    const { stdout, stderr } = await publish(registry, ['--json'])
    expect(stderr).toContain('Warning: Helm lists no tag "v1.2.3"')
    expect(resultIn(stdout)).toMatchObject({ tag: 'v1.2.3', warnings: [expect.any(String)] })
  })

  test('reads quoted text as helm does, whatever its continuation lines are indented by', async () => {
    const registry = await startRegistry()
    await workspace.write('chart', chartFiles({ extra: 'annotations:\n  k: "a\n  b\\\n  c"\n' }))
    const { stdout } = await publish(registry, ['--json'])
    const { digest } = resultIn(stdout)
    expect(registry.store.manifest('charts/demo', digest)?.toString()).toContain('"k":"a bc"')
  })

  test('dates the manifest by the time zone of the machine, as helm push does, and says so', async () => {
    const registry = await startRegistry()
    const { stdout, stderr } = await publish(registry, ['--json'], {
      environment: { TZ: 'Asia/Kolkata' }
    })
    const manifest =
      registry.store.manifest('charts/demo', resultIn(stdout).digest)?.toString() ?? ''
    expect(manifest).toContain('"org.opencontainers.image.created":"2024-01-02T08:34:05+05:30"')
    expect(stderr).toContain('Note: The digest depends on the time zone')
  })
})

describe('a login', () => {
  test('is taken from standard input, and the password is in no output', async () => {
    const registry = await startRegistry({ auth: LOGIN })
    const options = { stdin: `${PASSWORD}\n` }
    const result = await publish(
      registry,
      ['--username=ci', '--password-stdin', '--debug'],
      options
    )
    expect(result).toMatchObject({ code: 0 })
    expect(result.stdout + result.stderr).not.toContain('horse')
    expect(result.stderr).not.toContain('a-token-of-the-test-registry')
  })

  test('is taken from a file', async () => {
    const registry = await startRegistry({ auth: LOGIN })
    await writeFile(workspace.path('password'), `${PASSWORD}\r\n`)
    const result = await publish(registry, [
      '--username=ci',
      `--password-file=${workspace.path('password')}`
    ])
    expect(result).toMatchObject({ code: 0 })
  })

  test('is taken from the environment', async () => {
    const registry = await startRegistry({ auth: LOGIN })
    const environment = { PUBLISH_HELM_CHART_USERNAME: 'ci', PUBLISH_HELM_CHART_PASSWORD: PASSWORD }
    expect(await publish(registry, [], { environment })).toMatchObject({ code: 0 })
  })

  test('by flag beats the environment', async () => {
    const registry = await startRegistry({ auth: LOGIN })
    await writeFile(workspace.path('password'), PASSWORD)
    const environment = {
      PUBLISH_HELM_CHART_USERNAME: 'other',
      PUBLISH_HELM_CHART_PASSWORD: 'other'
    }
    const flags = ['--username=ci', `--password-file=${workspace.path('password')}`]
    expect(await publish(registry, flags, { environment })).toMatchObject({ code: 0 })
  })

  test('that fails is told without the password: exit code 5, nothing pushed, nothing left', async () => {
    const registry = await startRegistry({ auth: LOGIN })
    const options = { stdin: 'another-password' }
    const result = await publish(
      registry,
      ['--username=ci', '--password-stdin', '--json', '--debug'],
      options
    )
    expect(result.code).toBe(5)
    expect(resultIn(result.stdout).error).toMatchObject({
      exitCode: 5,
      fix: 'Check `username` and `password`.'
    })
    expect(result.stdout + result.stderr).not.toContain('another-password')
    await expectNothingPushed(registry)
  })

  test('is taken from a file with credentials by host, which is masked as a whole', async () => {
    const registry = await startRegistry({ auth: LOGIN })
    const entry = { username: 'ci', password: PASSWORD }
    await writeFile(workspace.path('auth.yaml'), JSON.stringify({ [registry.host]: entry }))
    const flags = [`--registry-auth-file=${workspace.path('auth.yaml')}`, '--debug']
    const result = await publish(registry, flags)
    expect(result).toMatchObject({ code: 0 })
    expect(result.stderr).toContain(`The login for ${registry.host} comes from \`registry-auth\`.`)
    expect(result.stdout + result.stderr).not.toContain('horse')
  })

  test('is taken from the files of helm and docker when none is given', async () => {
    const registry = await startRegistry({ auth: LOGIN })
    const auth = Buffer.from(`ci:${PASSWORD}`).toString('base64')
    const config = JSON.stringify({ auths: { [registry.host]: { auth } } })
    await workspace.write('home/.docker', { 'config.json': config })
    const result = await publish(registry, ['--debug'])
    expect(result).toMatchObject({ code: 0 })
    expect(result.stdout + result.stderr).not.toContain('horse')
    expect(result.stderr).not.toContain(auth)
  })

  test('in a file that is broken is an error of usage: exit code 2', async () => {
    const registry = await startRegistry({ auth: LOGIN })
    const file = workspace.path('broken.json')
    await writeFile(file, '{"auths": {"x": {"auth": "c2VjcmV0')
    const result = await publish(registry, [`--registry-config=${file}`])
    expect(result.code).toBe(2)
    expect(result.stderr).toContain(`The logins in ${file} cannot be read`)
    expect(result.stderr).not.toContain('c2VjcmV0')
  })

  test("that is a job's own token stays with GitHub: exit code 5", async () => {
    const registry = await startRegistry({ auth: LOGIN })
    const environment = {
      PUBLISH_HELM_CHART_USERNAME: 'ci',
      PUBLISH_HELM_CHART_PASSWORD: 'ghs_of-a-job',
      GITHUB_SERVER_URL: 'https://github.com'
    }
    const result = await publish(registry, [], { environment })
    expect(result.code).toBe(5)
    expect(result.stderr).toContain('the token of a GitHub job, which was not sent to 127.0.0.1')
    expect(registry.requests.filter(({ headers }) => headers.authorization)).toEqual([])
    const own = { ...environment, GITHUB_SERVER_URL: `http://${registry.host}` }
    expect((await publish(registry, [], { environment: own })).stderr).toContain('refused a token')
  })

  test('that is missing is told: exit code 5', async () => {
    const registry = await startRegistry({ auth: LOGIN })
    const result = await publish(registry)
    expect(result.code).toBe(5)
    expect(result.stderr).toContain('Fix: Set `username` and `password`.')
    await expectNothingPushed(registry)
  })
})

describe('nothing is pushed and nothing is left', () => {
  test.each([
    [
      'no Chart.yaml',
      { 'values.yaml': 'a: 1\n' },
      'There is no Chart.yaml.',
      'Name, or package, the directory'
    ],
    [
      'chart.yaml in lower case',
      { 'chart.yaml': 'name: a\n' },
      'though there is "chart.yaml"',
      'Rename chart.yaml'
    ],
    [
      'a version that is none',
      chartFiles({ version: 'one.two' }),
      'The version "one.two"',
      'SemVer 2'
    ],
    [
      'YAML that cannot be read',
      { 'Chart.yaml': 'name: [a\nversion: 1\n' },
      'cannot be read: line',
      'Mend Chart.yaml'
    ],
    [
      'a name that is no OCI name',
      chartFiles({ name: 'MyChart' }),
      '"MyChart" in Chart.yaml is not an OCI repository name: it has upper case',
      'Use "mychart"'
    ],
    [
      'a dependency that is not in charts/',
      chartFiles({
        extra:
          'dependencies: [{name: part, version: 1.0.0, repository: "https://charts.example.com"}]\n'
      }),
      'not in charts/: "part"',
      'Run `helm dependency build '
    ],
    [
      'a lock that is out of step with Chart.yaml',
      {
        ...chartFiles({ extra: 'dependencies: [{name: part, version: ^2, repository: ""}]\n' }),
        'charts/part/Chart.yaml': 'apiVersion: v2\nname: part\nversion: 2.0.0\n',
        'Chart.lock': 'dependencies: []\ndigest: sha256:0\ngenerated: "2024-01-02T03:04:05Z"\n'
      },
      'Chart.lock is out of step',
      'Run `helm dependency update '
    ]
  ])('with %s: exit code 4', async (_, files, why, fix) => {
    const registry = await startRegistry()
    await workspace.write('chart', files)
    const result = await publish(registry)
    expect(result).toMatchObject({ code: 4, stdout: '' })
    expect(result.stderr).toContain(why)
    expect(result.stderr).toContain(fix)
    await expectNothingPushed(registry)
  })

  test('when helm alone refuses the chart: exit code 3, with the words of helm', async () => {
    const registry = await startRegistry()
    await workspace.write('chart', { ...chartFiles(), 'values.schema.json': '{' })
    const result = await publish(registry)
    expect(result.code).toBe(3)
    expect(result.stderr).toContain('invalid JSON in values.schema.json')
    await expectNothingPushed(registry)
  })

  test('when the chart is not there: exit code 2', async () => {
    const registry = await startRegistry()
    const target = [`--registry=${registry.host}`, '--plain-http']
    const result = await runCli(workspace, ['publish', workspace.path('nowhere'), ...target])
    expect(result.code).toBe(2)
    expect(result.stderr).toContain('cannot be read: ENOENT')
    await expectNothingPushed(registry)
  })

  test('when a directory bears the name of the archive in the destination: exit code 2', async () => {
    const registry = await startRegistry()
    await mkdir(workspace.path('out/demo-1.2.3.tgz'), { recursive: true })
    const result = await publish(registry, [`--destination=${workspace.path('out')}`])
    expect(result.code).toBe(2)
    expect(result.stderr).toContain('"demo-1.2.3.tgz" is a directory there')
    expect(await readdir(workspace.path('out'))).toEqual(['demo-1.2.3.tgz'])
    await expectNothingPushed(registry)
  })

  test('when the version input is none: exit code 2', async () => {
    const registry = await startRegistry()
    const result = await publish(registry, ['--version=main', '--json'])
    expect(result.code).toBe(2)
    expect(resultIn(result.stdout).error).toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('`version` is "main"'),
      fix: expect.stringContaining('SemVer')
    })
    await expectNothingPushed(registry)
  })

  test('when the registry is not there: exit code 6', async () => {
    const registry = await startRegistry()
    const { host } = registry
    await registry.stop()
    const result = await publish({ host })
    expect(result.code).toBe(6)
    expect(result.stderr).toContain(
      `${host} cannot be reached: the connection was refused (ECONNREFUSED).`
    )
    expect(await workspace.leftovers()).toEqual([])
  })

  test('when no such host is known: exit code 6', async () => {
    const result = await publish({ host: 'registry.invalid' })
    expect(result.code).toBe(6)
    expect(result.stderr).toMatch(
      /registry\.invalid cannot be reached: (no such host is known|its name cannot be looked up)/
    )
  })

  test('when a plain-http registry is spoken to in https: exit code 6, and the fix is named', async () => {
    const registry = await startRegistry()
    const chart = await workspace.write('chart', chartFiles())
    const result = await runCli(workspace, ['publish', chart, `--registry=${registry.host}/charts`])
    expect(result.code).toBe(6)
    expect(result.stderr).toContain('set `plain-http: true`')
    await expectNothingPushed(registry)
  })

  test('when the registry is in trouble: exit code 6', async () => {
    const registry = await startRegistry({ fault: () => ({ status: 503, body: 'down' }) })
    const result = await publish(registry)
    expect(result.code).toBe(6)
    expect(result.stderr).toContain('503 "down"')
    await expectNothingPushed(registry)
  })

  test('when a server that is no registry answers everything with a page: exit code 6', async () => {
    const registry = await startRegistry({
      fault: () => ({ status: 200, body: '<html>Welcome</html>' })
    })
    const result = await publish(registry)
    expect(result.code).toBe(6)
    expect(result.stderr).toContain('answered a request for a manifest with something else')
    await expectNothingPushed(registry)
  })

  test('when the 404 comes from another door than a registry: exit code 6', async () => {
    const registry = await startRegistry({
      fault: () => ({ status: 404, body: '<html>Not Found</html>' })
    })
    const result = await publish(registry)
    expect(result.code).toBe(6)
    await expectNothingPushed(registry)
  })
})

describe('an interruption', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143]
  ] as const)(
    'by %s during a request ends with exit code %i and leaves nothing',
    async (signal, code) => {
      const registry = await startRegistry({ fault: () => 'hang' })
      const result = await publish(registry, ['--json', `--destination=${workspace.path('out')}`], {
        started: killWhen(() => registry.requests.length > 0, signal)
      })
      expect(result.code).toBe(code)
      expect(resultIn(result.stdout).error).toMatchObject({ exitCode: code })
      expect(await workspace.leftovers()).toEqual([])
      expect(await readdir(workspace.path('out'))).toEqual([])
    }
  )

  test('during an upload cancels what it had begun at the registry', async () => {
    const isUpload = ({ method, url }: { readonly method: string; readonly url: string }) =>
      method === 'PUT' && url.includes('/blobs/uploads/')
    const registry = await startRegistry({
      fault: (request) => (isUpload(request) ? 'hang' : undefined)
    })
    const result = await publish(registry, [], {
      started: killWhen(() => registry.requests.filter(isUpload).length === 2, 'SIGTERM')
    })
    expect(result.code).toBe(143)
    expect(registry.log.filter((line) => line.startsWith('DELETE'))).toHaveLength(2)
    expect(registry.log.filter((line) => line.startsWith('PUT')).length).toBe(2)
    expect(await workspace.leftovers()).toEqual([])
  })

  test('while helm packs kills helm and leaves nothing', async () => {
    const slow =
      '#!/bin/sh\n[ "$1" = version ] && echo v4.3.0 && exit\ntouch "$HOME/packing"\nsleep 63.1\n'
    await workspace.write('bin', { helm: slow })
    await chmod(workspace.path('bin/helm'), 0o755)
    const isPacking = async () => (await readdir(workspace.path('home'))).includes('packing')
    const registry = await startRegistry()
    const result = await publish(registry, [], {
      environment: { PATH: `${workspace.path('bin')}:/usr/bin:/bin` },
      started: killWhen(isPacking, 'SIGINT')
    })
    expect(result.code).toBe(130)
    await expectNothingPushed(registry)
  })
})

describe('package', () => {
  test('gives one digest however often it is run, though helm writes subcharts in a random order', async () => {
    const subcharts = ['a', 'b', 'c', 'd', 'e'].map((name) => [
      `charts/${name}/Chart.yaml`,
      `apiVersion: v2\nname: chart-${name}\nversion: 1.0.0\n`
    ])
    const chart = await workspace.write('chart', {
      ...chartFiles(),
      ...Object.fromEntries(subcharts)
    })
    const digests = new Set<string>()
    for (let run = 0; run < 4; run++) {
      const { stdout } = await runCli(workspace, [
        'package',
        chart,
        '--source-date-epoch=0',
        '--json'
      ])
      digests.add(resultIn(stdout).digest)
    }
    expect([...digests]).toEqual([expect.stringMatching(/^sha256:/)])
  })

  test('writes the archive to the working directory and prints its path', async () => {
    await workspace.write('chart', chartFiles())
    await mkdir(workspace.path('here'))
    const result = await runCli(workspace, ['package', '../chart'], {
      directory: workspace.path('here')
    })
    expect(result).toMatchObject({ code: 0, stdout: `${workspace.path('here/demo-1.2.3.tgz')}\n` })
    expect(await readdir(workspace.path('here'))).toEqual(['demo-1.2.3.tgz'])
  })

  test('takes the working directory as the chart when none is named', async () => {
    await workspace.write('chart', chartFiles())
    const flags = [`--destination=${workspace.path('out')}`, '--json']
    const result = await runCli(workspace, ['package', ...flags], {
      directory: workspace.path('chart')
    })
    expect(resultIn(result.stdout)).toMatchObject({
      status: 'packaged',
      target: null,
      ref: null,
      chart: '.'
    })
  })

  test('knows nothing of a registry', async () => {
    const result = await runCli(workspace, ['package', '--registry=ghcr.io/a'])
    expect(result.code).toBe(2)
    expect(result.stderr).toContain('There is no flag --registry.')
  })
})

describe('usage', () => {
  test('version prints the version', async () => {
    const { version } = JSON.parse(
      await readFile(new URL('../package.json', import.meta.url), 'utf8')
    )
    expect(await runCli(workspace, ['version'])).toEqual({
      code: 0,
      stdout: `publish-helm-chart ${version}\n`,
      stderr: ''
    })
  })

  test.each([
    ['help', ['help'], 'Exit codes:'],
    ['help publish', ['help', 'publish'], '--password-stdin'],
    ['help package', ['help', 'package'], 'publish-helm-chart package CHART'],
    ['publish --help', ['publish', '--registry=x', '--help'], '--password-stdin'],
    ['--help', ['--help'], 'Exit codes:']
  ])('%s prints help on standard output', async (_, args, text) => {
    const result = await runCli(workspace, args)
    expect(result).toMatchObject({ code: 0, stderr: '' })
    expect(result.stdout).toContain(text)
  })

  test.each([
    ['no command', [], 'No command is given.'],
    ['an unknown command', ['push'], 'There is no command "push".'],
    ['version with an argument', ['version', '--json'], '`version` takes no arguments.'],
    ['an unknown flag', ['publish', '--regstry=x'], 'There is no flag --regstry.'],
    ['a password in the arguments', ['publish', '--password=x'], 'Use --password-stdin'],
    [
      'an identity token in the arguments',
      ['publish', '--identity-token=x'],
      'Use --identity-token-file'
    ],
    ['credentials in the arguments', ['publish', '--registry-auth=x'], 'Use --registry-auth-file'],
    ['no registry', ['publish', '.'], '`publish` needs a registry.'],
    [
      'two charts that are not there',
      ['publish', 'a', 'b', '--registry=h/p'],
      '"b" cannot be read: ENOENT'
    ],
    ['a flag twice', ['publish', '--version=1', '--version=2'], '--version is given twice.'],
    ['a flag without its value', ['publish', '--version='], '--version has no value.'],
    ['a switch with another value', ['publish', '--json=yes'], '--json is "yes".'],
    [
      'a password from two sources',
      ['publish', '--registry=h/p', '--password-stdin', '--password-file=x'],
      'from --password-stdin and from --password-file at once'
    ],
    [
      'a password file that is not there',
      ['publish', '--registry=h/p', '--password-file=/nowhere/x'],
      'cannot be read: ENOENT'
    ]
  ])('%s is an error: exit code 2', async (_, args, text) => {
    const result = await runCli(workspace, args)
    expect(result.code).toBe(2)
    expect(result.stderr).toContain(text)
    expect(result.stderr).toContain('Fix: ')
  })

  test('with --json, an error of usage is one JSON object as well', async () => {
    const { stdout } = await runCli(workspace, ['push', '--json'])
    expect(JSON.parse(stdout)).toEqual({
      schemaVersion: 1,
      results: [],
      error: {
        exitCode: 2,
        message: 'There is no command "push".',
        fix: 'See `publish-helm-chart help`.'
      }
    })
  })
})

test('hostile text from a chart or a registry reaches the terminal as visible text', async () => {
  const registry = await startRegistry({
    fault: () => ({ status: 403, body: '\u001b[31m\n::error::x\r##[error]y' })
  })
  const result = await publish(registry)
  expect(result.code).toBe(5)
  for (const sign of ['\u001b', '\r', '\n::', '##[']) expect(result.stderr).not.toContain(sign)
})

test('helm sees neither the password nor what else is in the environment', async () => {
  const spy = `#!/bin/sh\n{ env; echo "$@"; } >> "${workspace.path('seen')}"\nexec "${helmPath()}" "$@"\n`
  await workspace.write('bin', { helm: spy })
  await chmod(workspace.path('bin/helm'), 0o755)
  const registry = await startRegistry({ auth: LOGIN })
  const result = await publish(registry, ['--username=ci'], {
    environment: {
      PATH: `${workspace.path('bin')}:${environmentIn(workspace)['PATH']}`,
      PUBLISH_HELM_CHART_PASSWORD: PASSWORD,
      SOME_OTHER_TOKEN: 'canary-in-the-environment'
    }
  })
  expect(result).toMatchObject({ code: 0 })
  const seen = await readFile(workspace.path('seen'), 'utf8')
  expect(seen).toContain('package')
  expect(seen).not.toContain('horse')
  expect(seen).not.toContain('canary')
})
