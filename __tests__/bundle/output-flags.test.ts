import { readFile, writeFile } from 'node:fs/promises'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { chartFiles } from '../support/charts/charts.ts'
import { CLI, environmentIn, run, runCli } from '../support/program.ts'
import { publisher, resultIn } from '../support/publish-command.ts'
import { errorAnswer } from '../support/registry/registry-store.ts'
import { useRegistries } from '../support/registry/servers.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const startRegistry = useRegistries()
const publish = publisher(workspace)

describe('--quiet', () => {
  test('logs nothing of a run that goes well; the result stays', async () => {
    const registry = await startRegistry()
    const { code, stdout, stderr } = await publish(registry, ['--quiet'])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/\/charts\/demo:1\.2\.3@sha256:[0-9a-f]{64}\n$/)
  })

  test('leaves warnings and errors', async () => {
    const registry = await startRegistry()
    await workspace.write('chart', chartFiles())
    await workspace.write('chart', { 'templates/bad.yaml': '{{ if }' })
    const warned = await publish(registry, ['--quiet'])
    expect(warned.code).toBe(0)
    expect(warned.stderr).toMatch(/^Warning: /)
    const failed = await publish(registry, ['--quiet', '--version=none'])
    expect(failed.code).toBe(2)
    expect(failed.stderr).toMatch(/^Error: .*\n(?: {2}.*\n)*$/)
  })
})

describe('--dotenv-file', () => {
  const path = () => workspace.path('chart.env')
  const content = () => readFile(path(), 'utf8')

  test('has the result of a chart, as a shell takes it', async () => {
    const registry = await startRegistry()
    const { code, stdout } = await publish(registry, ['--json', `--dotenv-file=${path()}`])
    const { digest, ref, refDigest } = resultIn(stdout)
    expect(code).toBe(0)
    const script = `. ./chart.env && echo "$CHART_STATUS $CHART_DIGEST $CHART_REF $CHART_REF_DIGEST"`
    const environment = environmentIn(workspace)
    const shell = await run('sh', ['-c', script], { environment, directory: workspace.path() })
    expect(shell).toEqual({
      code: 0,
      stderr: '',
      stdout: `published ${digest} ${ref} ${refDigest}\n`
    })
  })

  test('numbers several', async () => {
    const registry = await startRegistry()
    await workspace.write('chart', chartFiles())
    await workspace.write('other', chartFiles({ name: 'other' }))
    const { code } = await publish(registry, [workspace.path('other'), `--dotenv-file=${path()}`])
    expect(code).toBe(0)
    const text = await content()
    expect(text).toMatch(/^CHART_COUNT=2\n/)
    expect(text).toContain(`CHART_2_REF=${registry.host}/charts/other:1.2.3\n`)
    expect(text).not.toContain('CHART_REF=')
  })

  test('has what is known of a chart that failed', async () => {
    const registry = await startRegistry({
      fault: ({ method }) => (method === 'PUT' ? errorAnswer(403, 'DENIED', 'no') : undefined)
    })
    const { code } = await publish(registry, [`--dotenv-file=${path()}`])
    expect(code).toBe(5)
    expect(await content()).toMatch(/^CHART_COUNT=1\nCHART_STATUS=failed\nCHART_NAME=demo\n/)
  })

  test('has nothing of an earlier run when this one ends before there is a result', async () => {
    const registry = await startRegistry()
    await writeFile(path(), 'CHART_DIGEST=old\n')
    const { code } = await publish(registry, ['--timeout=never', `--dotenv-file=${path()}`])
    expect(code).toBe(2)
    expect(await content()).toBe('CHART_COUNT=0\n')
  })

  test('that cannot be written ends the run before anything is published', async () => {
    const registry = await startRegistry()
    const { code, stderr } = await publish(registry, ['--dotenv-file=none/chart.env'])
    expect(code).toBe(2)
    expect(stderr).toContain(
      '--dotenv-file none/chart.env cannot be written: it does not exist (ENOENT).'
    )
    expect(registry.requests).toEqual([])
  })

  test('is a flag of package as well, and of no other command', async () => {
    await workspace.write('chart', chartFiles())
    const args = ['package', 'chart', '--destination=out', '--dotenv-file=chart.env']
    expect((await runCli(workspace, args)).code).toBe(0)
    expect(await content()).toContain(`CHART_ARCHIVE=${workspace.path('out/demo-1.2.3.tgz')}\n`)
    const inspected = await runCli(workspace, ['inspect', 'chart', '--dotenv-file=x'])
    expect(inspected.code).toBe(2)
  })
})

describe('on a terminal', () => {
  const onLinux = process.platform === 'linux' ? test : test.skip

  function inTerminal(args: readonly string[], more: Readonly<Record<string, string>> = {}) {
    const command = ['stty cols 60;', process.execPath, CLI, ...args].join(' ')
    return run('script', ['-qefc', command, '/dev/null'], {
      directory: workspace.path(),
      environment: { ...environmentIn(workspace), SHELL: '/bin/sh', TERM: 'xterm', ...more }
    })
  }

  onLinux('an error has colours, and lines that fit', async () => {
    const { code, stdout } = await inTerminal(['publish', 'nothing', '--registry=h/p'])
    expect(code).toBe(2)
    expect(stdout).toContain('\u001b[1;31mError:\u001b[0m ')
    expect(stdout).toContain('\n  \u001b[1;32mFix:\u001b[0m ')
    const lines = stripVTControlCharacters(stdout).split('\r\n')
    expect(lines.filter((line) => line.length > 59)).toEqual([])
    expect(lines.length).toBeGreaterThan(3)
  })

  onLinux.each([
    [['--color=never'], {}],
    [[], { NO_COLOR: '1' }],
    [[], { TERM: 'dumb' }]
  ])('it has none with %j and %j', async (flags, environment) => {
    const args = ['publish', 'nothing', '--registry=h/p', ...flags]
    const { stdout } = await inTerminal(args, environment)
    expect(stdout).not.toContain('\u001b')
    expect(stdout).toContain('Error: ')
  })

  test('in a pipe, --color has colours, and lines stay whole', async () => {
    const { stderr } = await runCli(workspace, ['publish', 'nothing', '--registry=h/p', '--color'])
    expect(stderr).toContain('\u001b[1;31mError:\u001b[0m ')
    expect(stripVTControlCharacters(stderr)).toMatch(/^Error: .*\n {2}Fix: .*\n$/)
  })
})
