import { chmod, readdir } from 'node:fs/promises'
import { beforeEach, expect, test } from '@jest/globals'
import { chartFiles } from '../support/charts/charts.ts'
import { ACTION, CLI, environmentIn, helmPath, run } from '../support/program.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()

beforeEach(() => workspace.write('chart', chartFiles()))

/** What a script of bash says, in which `face` packages the chart into the folder "out". */
async function shell(file: string, script: string) {
  const args = file === CLI ? 'package chart --destination out' : ''
  const face = `face() { '${process.execPath}' '${file}' ${args}; }`
  const environment = {
    ...environmentIn(workspace),
    INPUT_CHART: 'chart',
    INPUT_DESTINATION: 'out'
  }
  const options = { environment, directory: workspace.path() }
  return run('bash', ['-c', `${face}; ${script}`], options)
}

async function expectPackaged(): Promise<void> {
  expect(await readdir(workspace.path('out'))).toEqual(['demo-1.2.3.tgz'])
  expect(await workspace.leftovers()).toEqual([])
}

test.each([
  ['is closed by its reader', CLI, 'face 2>&1 >/dev/null | head -1; echo "code $PIPESTATUS"'],
  ['lies on a full disk', CLI, 'face 2>/dev/full; echo "code $?"'],
  ['is closed by its reader, in an action,', ACTION, '(face; echo "code $?" >&2) | head -1'],
  ['lies on a full disk, in an action,', ACTION, 'face >/dev/full; echo "code $?"']
])('a log that %s does not end the run', async (_, file, script) => {
  const { stdout, stderr } = await shell(file, script)
  expect(stdout + stderr).toContain('code 0')
  await expectPackaged()
})

test('a slow reader gets all of the output', async () => {
  const lines =
    'for i in $(seq 4000); do echo "warning $i of a chart that has a lot to say" >&2; done'
  const helm = `#!/bin/bash\n[ "$1" = version ] && echo v4.3.0 && exit\n${lines}\nexec "${helmPath()}" "$@"\n`
  await workspace.write('bin', { helm })
  await chmod(workspace.path('bin/helm'), 0o755)
  const path = `PATH="${workspace.path('bin')}:$PATH"`
  const { stdout } = await shell(CLI, `${path}; face 2>&1 | (sleep 5; cat)`)
  expect(stdout).toContain('warning 4000 of')
  expect(stdout).toContain('demo-1.2.3.tgz')
})

test('a result that cannot be written is told on standard error, once', async () => {
  const { stdout, stderr } = await shell(CLI, 'face >/dev/full; echo "code $?"')
  expect(stdout).toBe('code 0\n')
  expect(
    stderr.match(/Standard output could not be written: the disk is full \(ENOSPC\)/g)
  ).toHaveLength(1)
  await expectPackaged()
})
