import { spawnSync } from 'node:child_process'
import { chmod, mkdir, readdir } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import { chartFiles } from '../support/charts/charts.ts'
import { killWhen, runCli } from '../support/program.ts'
import { expectNothingPushed, publisher, resultIn } from '../support/publish-command.ts'
import type { RecordedRequest } from '../support/registry/registry-store.ts'
import { useRegistries } from '../support/registry/servers.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const publish = publisher(workspace)
const startRegistry = useRegistries()

describe('nothing is pushed and nothing is left', () => {
  test.each([
    [
      'no Chart.yaml',
      { 'values.yaml': 'a: 1\n' },
      'does not contain a Chart.yaml.',
      'Set CHART to the directory that contains Chart.yaml'
    ],
    [
      'chart.yaml in lower case',
      { 'chart.yaml': 'name: a\n' },
      'only "chart.yaml"',
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
      'Fix Chart.yaml'
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
          'dependencies: [{name: part, version: 1.0.0, repository: "s3://charts.example.com"}]\n'
      }),
      'The dependency part is not in charts/, and "s3:" needs a plugin of Helm.',
      'Run `helm dependency build` with that plugin'
    ],
    [
      'a lock that is out of step with Chart.yaml',
      {
        ...chartFiles({ extra: 'dependencies: [{name: part, version: ^2, repository: ""}]\n' }),
        'charts/part/Chart.yaml': 'apiVersion: v2\nname: part\nversion: 2.0.0\n',
        'Chart.lock': 'dependencies: []\ndigest: sha256:0\ngenerated: "2024-01-02T03:04:05Z"\n'
      },
      'Chart.lock is out of sync',
      'Run `helm dependency update '
    ]
  ])('with %s: exit code 4', async (_, files, why, fix) => {
    const registry = await startRegistry()
    await workspace.write('chart', files)
    const result = await publish(registry)
    expect(result).toMatchObject({ code: 4, stdout: '' })
    expect(result.stderr).toContain(why)
    expect(result.stderr).toContain(fix)
    await expectNothingPushed(registry, workspace)
  })

  test('when helm alone refuses the chart: exit code 3, with the words of helm', async () => {
    const registry = await startRegistry()
    await workspace.write('chart', { ...chartFiles(), 'charts/README.md': 'x' })
    const result = await publish(registry)
    expect(result.code).toBe(3)
    expect(result.stderr).toContain('Chart.yaml file is missing')
    expect(result.stderr).toContain("Fix the chart as described in Helm's error.")
    await expectNothingPushed(registry, workspace)
  })

  test.each([
    ['values.yaml', 'a: 1\nb: [1\nc: 2\n', 3],
    ['values.yaml', '- a\n', 1],
    ['values.schema.json', '{\n  "type": object\n}\n', 2],
    ['charts/sub/Chart.yaml', 'name: sub\nversion: [\n', 3],
    ['charts/sub/values.yaml', 'a: [\n', 2],
    ['Chart.lock', 'dependencies: [\n', 2],
    ['charts/sub/Chart.lock', 'dependencies: [\n', 2]
  ])(
    'when helm refuses %s (%j): exit code 4, with the words of helm and the line',
    async (file, text, line) => {
      const registry = await startRegistry()
      const subchart = { 'charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 1.0.0\n' }
      await workspace.write('chart', { ...chartFiles(), ...subchart, [file]: text })
      const result = await publish(registry)
      expect(result.code).toBe(4)
      expect(result.stderr).toMatch(/Error: `helm package` \(v4\.\d+(?:\.\d+)?\) refused the chart/)
      expect(result.stderr).toContain(
        `Fix: Fix ${file}, line ${line}.\n  at ${workspace.path('chart', file)}:${line}\n`
      )
      await expectNothingPushed(registry, workspace)
    }
  )

  test.each([
    [
      'Chart.lock',
      'generated: today\n',
      1,
      'Chart.lock cannot be read: Lock.generated is "today", which is not a time in RFC 3339 format'
    ],
    ['.helmignore', '*.txt\ndocs/**\n', 2, 'Helm refuses .helmignore: line 2 has "**"'],
    ['.helmignore', '[\n', 1, 'Helm refuses .helmignore: line 1 is not a pattern']
  ])(
    'when %s cannot be read (%j): exit code 4 with the line, before helm is started',
    async (file, text, line, why) => {
      const registry = await startRegistry()
      await workspace.write('chart', { ...chartFiles(), [file]: text })
      const result = await publish(registry)
      expect([result.code, result.stderr]).toEqual([4, expect.stringContaining(why)])
      expect(result.stderr).toContain(`\n  at ${workspace.path('chart', file)}:${line}\n`)
      expect(result.stderr).not.toContain('helm package')
      await expectNothingPushed(registry, workspace)
    }
  )

  test('when the chart is not there: exit code 2', async () => {
    const registry = await startRegistry()
    const target = [`--registry=${registry.host}`, '--plain-http']
    const result = await runCli(workspace, ['publish', workspace.path('nowhere'), ...target])
    expect(result.code).toBe(2)
    expect(result.stderr).toContain('cannot be read: it does not exist (ENOENT)')
    await expectNothingPushed(registry, workspace)
  })

  test('when a directory bears the name of the archive in the destination: exit code 2', async () => {
    const registry = await startRegistry()
    await mkdir(workspace.path('out/demo-1.2.3.tgz'), { recursive: true })
    const result = await publish(registry, [`--destination=${workspace.path('out')}`])
    expect(result.code).toBe(2)
    expect(result.stderr).toContain('"demo-1.2.3.tgz" already exists as a directory')
    expect(await readdir(workspace.path('out'))).toEqual(['demo-1.2.3.tgz'])
    await expectNothingPushed(registry, workspace)
  })

  test('when the version input is none: exit code 2', async () => {
    const registry = await startRegistry()
    const result = await publish(registry, ['--version=main', '--json'])
    expect(result.code).toBe(2)
    expect(resultIn(result.stdout).error).toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('--version is "main"'),
      fix: expect.stringContaining('SemVer')
    })
    await expectNothingPushed(registry, workspace)
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

  test('when host not found: exit code 6', async () => {
    const result = await publish({ host: 'registry.invalid' })
    expect(result.code).toBe(6)
    expect(result.stderr).toMatch(
      /registry\.invalid cannot be reached: (host not found|the DNS lookup of its name failed)/
    )
  })

  test('when a plain-http registry is spoken to in https: exit code 6, and the fix is named', async () => {
    const registry = await startRegistry()
    const chart = await workspace.write('chart', chartFiles())
    const result = await runCli(workspace, ['publish', chart, `--registry=${registry.host}/charts`])
    expect(result.code).toBe(6)
    expect(result.stderr).toContain('set --plain-http,')
    await expectNothingPushed(registry, workspace)
  })

  test('when the registry is in trouble: exit code 6', async () => {
    const registry = await startRegistry({ fault: () => ({ status: 503, body: 'down' }) })
    const result = await publish(registry)
    expect(result.code).toBe(6)
    expect(result.stderr).toContain('503 "down"')
    await expectNothingPushed(registry, workspace)
  })

  test('when a server that is no registry answers everything with a page: exit code 6', async () => {
    const registry = await startRegistry({
      fault: () => ({ status: 200, body: '<html>Welcome</html>' })
    })
    const result = await publish(registry)
    expect(result.code).toBe(6)
    expect(result.stderr).toContain('did not answer with a manifest')
    await expectNothingPushed(registry, workspace)
  })

  test('when the 404 comes from another door than a registry: exit code 6', async () => {
    const registry = await startRegistry({
      fault: () => ({ status: 404, body: '<html>Not Found</html>' })
    })
    const result = await publish(registry)
    expect(result.code).toBe(6)
    await expectNothingPushed(registry, workspace)
  })
})

describe('an interruption', () => {
  test.each([
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGTERM', 143]
  ] as const)(
    'by %s during a request ends with exit code %i and leaves nothing',
    async (signal, code) => {
      const isUpload = ({ method }: { readonly method: string }) => method === 'PUT'
      const fault = (request: RecordedRequest) => (isUpload(request) ? 'hang' : undefined)
      const registry = await startRegistry({ fault })
      const result = await publish(registry, ['--json', `--destination=${workspace.path('out')}`], {
        started: killWhen(() => registry.requests.some(isUpload), signal)
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

  test('that is repeated at once kills helm and leaves nothing, too', async () => {
    // It obeys no SIGTERM, so that the first one takes its time.
    const stubborn = `#!/bin/sh
[ "$1" = version ] && echo v4.3.0 && exit
trap '' TERM
touch "$HOME/packing"
while :; do sleep 0.1; done
`
    await workspace.write('bin', { helm: stubborn })
    await chmod(workspace.path('bin/helm'), 0o755)
    const isPacking = async () => (await readdir(workspace.path('home'))).includes('packing')
    let packingSince = Number.POSITIVE_INFINITY
    const isPackingFor = (ms: number) => async () => {
      if (await isPacking()) packingSince = Math.min(packingSince, performance.now())
      return performance.now() - packingSince > ms
    }
    const registry = await startRegistry()
    const result = await publish(registry, [`--destination=${workspace.path('out')}`], {
      environment: { PATH: `${workspace.path('bin')}:/usr/bin:/bin` },
      started: (child) => {
        killWhen(isPackingFor(0), 'SIGINT')(child)
        killWhen(isPackingFor(200), 'SIGINT')(child)
      }
    })
    expect(result.code).toBe(null)
    await expectNothingPushed(registry, workspace)
    const running = () => spawnSync('pgrep', ['-f', workspace.path('bin/helm')]).stdout.length > 0
    // What is killed takes a moment to be gone on a busy machine.
    for (let look = 0; look < 20 && running(); look++) await sleep(50)
    expect(running()).toBe(false)
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
    await expectNothingPushed(registry, workspace)
  })
})
