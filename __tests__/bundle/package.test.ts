import { mkdir, readdir } from 'node:fs/promises'
import { describe, expect, test } from '@jest/globals'
import { chartFiles } from '../support/charts/charts.ts'
import { runCli } from '../support/program.ts'
import { resultIn } from '../support/publish-command.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()

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

  test('takes YAML that helm reads and the program does not', async () => {
    // A tab in a text over two lines.
    const odd = '"a\n\tb"'
    const chart = await workspace.write('odd', {
      ...chartFiles(),
      'values.yaml': `a: ${odd}\n`,
      'Chart.lock': `digest: ${odd}\n`,
      'charts/sub/Chart.yaml': `apiVersion: v2\nname: sub\nversion: 1.0.0\ndescription: ${odd}\n`,
      'charts/sub/values.yaml': `a: ${odd}\n`,
      'charts/old/Chart.yaml': 'apiVersion: v1\nname: old\nversion: 1.0.0\n',
      'charts/old/requirements.lock': `digest: ${odd}\n`
    })
    const result = await runCli(workspace, ['package', chart, '--json'])
    expect([result.code, result.stderr]).toEqual([0, expect.stringContaining('genuine')])
    expect(resultIn(result.stdout).warnings).toEqual([
      expect.stringContaining('charts/old: requirements.lock cannot be read: line 1')
    ])
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
    expect(result.stderr).toContain(
      '`package` has no flag --registry.\n  Fix: See `publish-helm-chart help package`.'
    )
  })

  test('takes the hosts of dependencies for --plain-http, and no bare flag', async () => {
    await workspace.write('chart', chartFiles())
    const run = (flag: string) => {
      const flags = [`--destination=${workspace.path('out')}`, flag]
      return runCli(workspace, ['package', workspace.path('chart'), ...flags])
    }
    const bare = await run('--plain-http')
    expect(bare.code).toBe(2)
    expect(bare.stderr).toContain('--plain-http applies to the registry to publish to')
    expect(bare.stderr).toContain('Fix: For a host of dependencies, set --plain-http=HOST.')
    expect((await run('--plain-http=charts.test:8080')).code).toBe(0)
  })

  test('uses no login of a registry, and says where those of dependencies belong', async () => {
    await workspace.write('chart', chartFiles())
    await workspace.write('.', { 'password.txt': 'pass-word-of-registry\n' })
    const flags = [
      `--destination=${workspace.path('out')}`,
      '--username=ci',
      `--password-file=${workspace.path('password.txt')}`
    ]
    const { code, stderr } = await runCli(workspace, ['package', workspace.path('chart'), ...flags])
    expect(code).toBe(0)
    expect(stderr).toContain('`package` publishes nothing: --password-file is not used.')
    expect(stderr).toContain('Logins for dependencies belong in --registry-auth-file.')
  })
})
