import { chmod, mkdir, readdir, rename } from 'node:fs/promises'
import { expect, test } from '@jest/globals'
import { chartFiles } from '../support/charts/charts.ts'
import { CLI, environmentIn, run, runCli } from '../support/program.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()

test('a TMPDIR that is relative starts from the working directory, for helm too', async () => {
  const chart = await workspace.write('chart', chartFiles())
  await mkdir(workspace.path('relative'))
  const environment = { TMPDIR: 'relative' }
  expect(await runCli(workspace, ['package', chart], { environment })).toMatchObject({ code: 0 })
  expect(await readdir(workspace.path('relative'))).toEqual([])
})

test('a helm that finds the folder for temporary files full is not taken to blame the chart: exit code 3', async () => {
  const chart = await workspace.write('chart', chartFiles())
  // What helm 4.3 says on a full disk.
  const full =
    '#!/bin/sh\n[ "$1" = version ] && echo v4.3.0 && exit\necho "Error: failed to save: write $3: no space left on device" >&2\nexit 1\n'
  await workspace.write('bin', { helm: full })
  await chmod(workspace.path('bin/helm'), 0o755)
  const environment = { PATH: `${workspace.path('bin')}:/usr/bin:/bin` }
  const { code, stderr } = await runCli(workspace, ['package', chart], { environment })
  expect(code).toBe(3)
  expect(stderr).toContain('could not write the archive of the chart')
  expect(stderr).toContain(`Fix: Free some space in "${workspace.path('tmp')}", or set TMPDIR`)
  expect(stderr).not.toContain('Fix the chart')
})

test.each(['given.tgz', 'oci-layout:layout'])(
  'an archive for which there is no room there is not said to be at fault: %s, exit code 2',
  async (given) => {
    const chart = await workspace.write('chart', chartFiles())
    await runCli(workspace, ['package', chart, '--oci-layout=layout', '--destination=.'])
    await rename(workspace.path('demo-1.2.3.tgz'), workspace.path('given.tgz'))
    const command = `ulimit -f 0; exec '${process.execPath}' '${CLI}' package ${given}`
    const options = { environment: environmentIn(workspace), directory: workspace.path() }
    const { code, stderr } = await run('bash', ['-c', command], options)
    expect(stderr).toContain(
      `A temporary file cannot be written in "${workspace.path('tmp')}": EFBIG.\n  Fix: Free some space there`
    )
    expect(code).toBe(2)
    expect(await workspace.leftovers()).toEqual([])
  }
)
