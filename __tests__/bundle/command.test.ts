import { chmod, readdir, readFile } from 'node:fs/promises'
import { describe, expect, test } from '@jest/globals'
import { chartFiles } from '../support/charts/charts.ts'
import { environmentIn, helmPath, runCli } from '../support/program.ts'
import { publisher, resultIn } from '../support/publish-command.ts'
import type { RegistryAuth, TestRegistry } from '../support/registry/registry.ts'
import { useRegistries } from '../support/registry/servers.ts'
import { COSIGN_KEY, PASSWORD as COSIGN_PASSWORD } from '../support/sigstore/cosign-key.ts'
import { useWorkspace } from '../support/workspace.ts'

const PASSWORD = 'correct "horse" & <battery>'
const LOGIN: RegistryAuth = { kind: 'bearer', username: 'ci', password: PASSWORD }
const workspace = useWorkspace()
const publish = publisher(workspace)
const startRegistry = useRegistries()

/** The requests that ask whether the blobs of the chart exist, sorted. */
function headsOfBlobs({ store }: TestRegistry): readonly string[] {
  const { config, layers } = JSON.parse(String(store.manifest('charts/demo', '1.2.3')))
  const digests: string[] = [config, ...layers].map(({ digest }) => digest)
  return digests.map((digest) => `HEAD /v2/charts/demo/blobs/${digest}`).toSorted()
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
    expect(stderr).toMatch(/^Error: .*\n {2}Fix: .*\n {2}at .*\/chart\/Chart\.yaml:3$/m)
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
          signature: 'off',
          signatureDigest: null,
          attestationDigest: null,
          attestationUrl: null,
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

  test('checks the tag, pushes two blobs while it checks again, pushes the manifest, and reads all of it back', async () => {
    const registry = await startRegistry()
    await publish(registry)
    // Sessions are opened beside the check, and blobs go up beside the second one, in whatever order.
    expect(registry.log.slice(0, 6).toSorted()).toEqual([
      'GET /v2/charts/demo/manifests/1.2.3',
      'GET /v2/charts/demo/manifests/1.2.3',
      'POST /v2/charts/demo/blobs/uploads/',
      'POST /v2/charts/demo/blobs/uploads/',
      'PUT /v2/charts/demo/blobs/uploads/<session>',
      'PUT /v2/charts/demo/blobs/uploads/<session>'
    ])
    expect(registry.log[6]).toBe('PUT /v2/charts/demo/manifests/1.2.3')
    expect(registry.log.slice(7).toSorted()).toEqual([
      'GET /v2/charts/demo/manifests/1.2.3',
      ...headsOfBlobs(registry)
    ])
  })

  test('finds the same chart unchanged, pushes nothing, and prints the same', async () => {
    const registry = await startRegistry()
    const first = await publish(registry)
    const requests = registry.log.length
    const again = await publish(registry)
    expect(again).toMatchObject({ code: 0, stdout: first.stdout })
    expect(again.stderr).toContain('Unchanged: ')
    const log = registry.log.slice(requests)
    const ofSessions = log.filter((line) => line.includes('/blobs/uploads/'))
    const others = log.filter((line) => !ofSessions.includes(line))
    expect(others.toSorted()).toEqual([
      'GET /v2/charts/demo/manifests/1.2.3',
      ...headsOfBlobs(registry)
    ])
    // They were opened before it was known that the version exists, and are cancelled.
    expect(ofSessions.toSorted()).toEqual([
      'DELETE /v2/charts/demo/blobs/uploads/<session>',
      'DELETE /v2/charts/demo/blobs/uploads/<session>',
      'POST /v2/charts/demo/blobs/uploads/',
      'POST /v2/charts/demo/blobs/uploads/'
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
      error: { exitCode: 7, fix: expect.stringContaining('Publish under a new --version') }
    })
    const { digest } = resultIn(first.stdout)
    expect(second.stderr).toContain(`it has ${digest.slice(0, 19)}, this chart is sha256:`)
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
    expect(stderr).toContain('Warning: --registry already ends in the name of the chart')
    expect(resultIn(stdout)).toMatchObject({ status: 'published', warnings: [expect.any(String)] })
  })

  test('warns of a version that Helm will not list', async () => {
    const registry = await startRegistry()
    await workspace.write('chart', chartFiles({ version: 'v1.2.3' }))
    const { stdout, stderr } = await publish(registry, ['--json'])
    expect(stderr).toContain('Warning: Helm does not list the tag "v1.2.3"')
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

describe('usage', () => {
  test.each(['version', '--version'])('%s prints the version', async (command) => {
    const { version } = JSON.parse(
      await readFile(new URL('../../package.json', import.meta.url), 'utf8')
    )
    expect(await runCli(workspace, [command])).toEqual({
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
    ['help version', ['help', 'version'], 'Exit codes:'],
    ['help --json', ['help', '--json'], 'Exit codes:'],
    ['--help publish', ['--help', 'publish'], '--password-stdin'],
    ['inspect -h', ['inspect', '-h'], 'inspect demo-1.2.3.tgz'],
    ['--help', ['--help'], 'Exit codes:']
  ])('%s prints help on standard output', async (_, args, text) => {
    const result = await runCli(workspace, args)
    expect(result).toMatchObject({ code: 0, stderr: '' })
    expect(result.stdout).toContain(text)
  })

  test.each([
    ['no command', [], 'No command was given.'],
    ['an unknown command', ['push'], 'Unknown command "push".'],
    ['a slip of the finger', ['lsit'], 'Fix: Did you mean `list`? See `publish-helm-chart help`.'],
    ['help of an unknown command', ['help', 'push'], 'Unknown command "push".'],
    ['an unknown command with --help', ['publsh', '--help'], 'Unknown command "publsh".'],
    ['an unknown command with -h', ['-h', 'publsh', '.'], 'Unknown command "publsh".'],
    ['version with an argument', ['version', '--json'], '`version` accepts no arguments.'],
    [
      'an unknown flag',
      ['publish', '--regstry=x'],
      '`publish` has no flag --regstry.\n  Fix: Did you mean --registry? See `publish-helm-chart help publish`.'
    ],
    ['a password in the arguments', ['publish', '--password=x'], 'Use --password-stdin'],
    [
      'an identity token in the arguments',
      ['publish', '--identity-token=x'],
      'Use --identity-token-file'
    ],
    [
      'a flag with one dash',
      ['publish', '-registry', 'h/p'],
      '`publish` has no flag -registry.\n  Fix: Write it with two dashes: --registry.'
    ],
    ['a secret flag with one dash', ['publish', '-password', 'x'], 'Use --password-stdin'],
    [
      'letters behind one dash',
      ['publish', '-phunter2'],
      'Error: `publish` has no flag -p.\n  Fix: '
    ],
    ['credentials in the arguments', ['publish', '--registry-auth=x'], 'Use --registry-auth-file'],
    ['no registry', ['publish', '.'], '`publish` needs a registry.'],
    [
      'two charts that are not there',
      ['publish', 'a', 'b', '--registry=h/p'],
      '"b" cannot be read: it does not exist (ENOENT)'
    ],
    ['a flag twice', ['publish', '--version=1', '--version=2'], '--version is given twice.'],
    [
      'a flag in place of a value',
      ['publish', '--registry', '--plain-http'],
      'Error: --registry has no value: the next argument begins with "--".\n  Fix: Write it as --registry=oci://HOST/PATH, even if'
    ],
    [
      'a flag without its value',
      ['publish', '--version'],
      '--version has no value.\n  Fix: Write it as --version=VERSION.'
    ],
    ...[
      ['--version='],
      ['--version', ''],
      ['--registry='],
      ['--password-file='],
      ['--plain-http='],
      ['--insecure-skip-tls-verify=']
    ].map((args): [string, string[], string] => [
      `a flag with an empty value: ${args.join(' ')}`,
      ['publish', '.', ...args],
      `${args[0]?.replace('=', '')} is empty.\n  Fix: Give it a value, or leave`
    ]),
    ['a switch with another value', ['publish', '--json=yes'], '--json is "yes".'],
    ...['registry.example.com', 'reg:5000', 'localhost', '127.0.0.1', '[::1]:5000', 'A.Test'].map(
      (host): [string, string[], string] => [
        `a host behind a switch that is for all: ${host}`,
        ['publish', '--plain-http', host, '--registry=h/p'],
        `--plain-http is followed by "${host}", which looks like a host.\n  Fix: Write --plain-http=${host}; for`
      ]
    ),
    [
      'a host behind the same switch of inspect',
      ['inspect', '--insecure-skip-tls-verify', 'h.example', 'oci://h.example/a:1'],
      'Write --insecure-skip-tls-verify=h.example; for a file or folder with that name, write ./h.example.'
    ],
    [
      'a switch for all, and for a host',
      ['publish', '.', '--registry=h/p', '--plain-http', '--plain-http=h'],
      '--plain-http mixes true, false and hosts.'
    ],
    [
      'a switch for all of several hosts',
      ['publish', '.', '--registry=a.test/p', '--registry=b.test/p', '--plain-http'],
      'Set --plain-http=HOST,… with the hosts that it applies to, out of a.test, b.test.'
    ],
    [
      'a password from two sources',
      ['publish', '--registry=h/p', '--password-stdin', '--password-file=x'],
      'by --password-stdin and by --password-file'
    ],
    [
      'a password file that is not there',
      ['publish', '--registry=h/p', '--password-file=/nowhere/x'],
      'cannot be read: it does not exist (ENOENT)'
    ]
  ])('%s is an error: exit code 2', async (_, args, text) => {
    const result = await runCli(workspace, args)
    expect(result.code).toBe(2)
    expect(result.stderr).toContain(text)
    expect(result.stderr).toContain('Fix: ')
  })

  test.each(['demo', './demo.test', 'charts/demo', 'oci-layout:1', 'demo-1.2.3.tgz', 'a.b/c'])(
    'a chart behind a switch for hosts is a chart: %s',
    async (chart) => {
      const args = ['publish', '--plain-http', chart, '--registry=h.invalid/p']
      const { code, stderr } = await runCli(workspace, args)
      expect(code).toBe(2)
      expect(stderr).not.toContain('looks like a host')
    }
  )

  test('what is joined to one dash is one argument, and nothing of it is shown but the first letter', async () => {
    const { stderr } = await runCli(workspace, ['publish', '-pxyz', '-u=xyz'])
    expect(stderr.match(/has no flag .*/g)).toEqual(['has no flag -p.', 'has no flag -u.'])
  })

  test.each([[['push', '--json']], [['help', 'push', '--json']]])(
    'with --json, an error of usage is one JSON object as well: %j',
    async (args) => {
      const { stdout } = await runCli(workspace, args)
      expect(JSON.parse(stdout)).toEqual({
        schemaVersion: 1,
        results: [],
        error: {
          exitCode: 2,
          message: 'Unknown command "push".',
          fix: 'See `publish-helm-chart help`.'
        }
      })
    }
  )
})

describe('the log of the command', () => {
  test('has each problem of a chart on a line of its own, with its fix and its place', async () => {
    const registry = await startRegistry()
    await workspace.write('chart', chartFiles({ version: 'x.y', extra: 'type: app\n' }))
    const { code, stderr } = await publish(registry)
    expect(code).toBe(4)
    expect(stderr).toMatch(
      /^Error: The version "x\.y" .*\n {2}Fix: .*\n {2}at .*\/Chart\.yaml:3\nError: Helm does not know the type "app" .*\n {2}Fix: .*\n {2}at .*\/Chart\.yaml:4\n/m
    )
  })

  test('has each wrong flag on a line of its own', async () => {
    const { stderr } = await runCli(workspace, ['publish', '--tag=x', '--version=', '--json=y'])
    expect(stderr.match(/^Error: .*\n {2}Fix: .*$/gm)).toHaveLength(3)
  })

  test('names a chart once in an error, what is held back and why, and ends with the counts', async () => {
    const registry = await startRegistry()
    await workspace.write('charts/bad', { 'values.yaml': 'a: 1\n' })
    await workspace.write('charts/worse', chartFiles({ name: 'worse', version: 'x' }))
    for (const name of ['a', 'b']) await workspace.write(`charts/${name}`, chartFiles({ name }))
    const target = [`--registry=${registry.host}/charts`, '--plain-http']
    const { code, stdout, stderr } = await runCli(workspace, [
      'publish',
      'charts/*',
      'charts/bad',
      ...target
    ])
    expect([code, stdout]).toEqual([4, ''])
    expect(stderr).toMatch(/^Error: "charts\/bad" does not contain a Chart\.yaml\.\n {2}Fix: /m)
    expect(stderr).toMatch(/^Error: charts\/worse: The version "x" in Chart\.yaml/m)
    expect(stderr).toMatch(
      /^Not attempted, because charts\/worse, charts\/bad failed: a 1\.2\.3, b 1\.2\.3$/m
    )
    expect(stderr).toMatch(
      /\nNothing was published; 2 not attempted \(a 1\.2\.3, b 1\.2\.3\), 2 failed \(charts\/worse, charts\/bad\), in \d+\.\d s\.\n$/
    )
    expect(registry.log).toEqual([])
  })

  test('of a dry run says what would be published, and prints it', async () => {
    const registry = await startRegistry()
    const { code, stdout, stderr } = await publish(registry, ['--dry-run'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^127\.0\.0\.1:\d+\/charts\/demo:1\.2\.3@sha256:[0-9a-f]{64}\n$/)
    expect(stderr).toMatch(/^Would be published: 127\.0\.0\.1:\d+\/charts\/demo:1\.2\.3 sha256:/m)
    expect((await publish(registry)).stdout).toBe(stdout)
  })

  test('has a note on a helm that writes other bytes each time, once, and none where no chart is packaged', async () => {
    const script = `#!/bin/sh\n[ "$1" = version ] && echo v3.22.0 && exit\nexec "${helmPath()}" "$@"\n`
    await workspace.write('bin', { helm: script })
    await chmod(workspace.path('bin/helm'), 0o755)
    const environment = { PATH: `${workspace.path('bin')}:/usr/bin:/bin` }
    for (const name of ['a', 'b']) await workspace.write(`charts/${name}`, chartFiles({ name }))
    const { code, stderr } = await runCli(workspace, ['package', 'charts/*'], { environment })
    expect(code).toBe(0)
    const note =
      /Note: Helm v3\.22\.0 writes different bytes each time.* set --helm-version to v4\.\d+\.\d+\./g
    expect(stderr.match(note)).toHaveLength(1)
    const archives = await runCli(workspace, ['package', 'a-1.2.3.tgz'], { environment })
    expect([archives.code, archives.stderr.includes('Note: Helm')]).toEqual([0, false])
    const recent = await runCli(workspace, ['package', 'charts/a'])
    expect(recent.stderr).not.toContain('Note: Helm')
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

describe('the password that the environment has for cosign', () => {
  const environment = { COSIGN_PASSWORD }

  test('means nothing to a run without a key of cosign', async () => {
    expect(await publish(await startRegistry(), [], { environment })).toMatchObject({ code: 0 })
  })

  test('opens the key of a run that has one', async () => {
    await workspace.write('', { 'cosign.key': COSIGN_KEY })
    const flags = ['--sign=key', '--cosign-key=cosign.key', '--json']
    const registry = await startRegistry()
    const { code, stdout } = await publish(registry, flags, { environment })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ results: [{ signature: 'signed' }] })
    const without = await publish(registry, flags)
    expect(without.code).toBe(9)
  })
})
