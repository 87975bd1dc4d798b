import { chmod, copyFile, mkdir, readdir } from 'node:fs/promises'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { chartFiles } from '../support/charts/charts.ts'
import { ACTION, CLI, environmentIn, helmPath, run } from '../support/program.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()

beforeEach(() => workspace.write('chart', chartFiles()))

/** Runs a script of bash, in which `package` packages the chart by absolute paths. */
async function shell(script: string) {
  const files = `'${workspace.path('chart')}' --destination='${workspace.path('out')}'`
  const command = `package() { '${process.execPath}' '${CLI}' package ${files} "$@"; }`
  const environment = environmentIn(workspace)
  const options = { environment, directory: workspace.path() }
  return run('bash', ['-c', `${command}; ${script}`], options)
}

describe('a working directory that was removed', () => {
  const gone = 'mkdir gone; cd gone; rmdir ../gone'

  test('is not needed for absolute paths', async () => {
    const { code, stderr } = await shell(`${gone}; package --source-date-epoch=1`)
    expect({ code, stderr }).toMatchObject({ code: 0 })
    expect(await readdir(workspace.path('out'))).toEqual(['demo-1.2.3.tgz'])
  })

  test.each([CLI, ACTION])('is an error when it is needed: exit code 2, by %s', async (file) => {
    const face = `'${process.execPath}' '${file}' ${file === CLI ? 'package .' : ''}`
    const { code, stdout, stderr } = await shell(`${gone}; INPUT_CHART=. ${face}`)
    expect(code).toBe(2)
    expect(stdout + stderr).toContain('The working directory cannot be used: ENOENT.')
    expect(stdout + stderr).not.toContain('This is a bug')
  })
})

test('few open files: an error that names the limit, and no bug', async () => {
  const ends: string[] = []
  for (const limit of [22, 23, 24, 25, 26, 28]) {
    const { code, stderr } = await shell(`ulimit -n ${limit}; package --source-date-epoch=1`)
    const isGood = code === 0 || ([2, 3, 4].includes(Number(code)) && /ulimit -n/.test(stderr))
    if (!isGood) ends.push(`${limit}: ${code} ${stderr}`)
    expect(await workspace.leftovers()).toEqual([])
  }
  expect(ends).toEqual([])
})

test('a folder for temporary files that is read-only: exit code 2, and nothing is written', async () => {
  // Root may write to any folder: a file system that refuses everybody.
  const { code, stderr } = await shell('TMPDIR=/proc package')
  expect(code).toBe(2)
  expect(stderr).toContain('Cannot create a folder for temporary files in "/proc"')
  expect(await readdir(workspace.path())).not.toContain('out')
})

test.each(['<&-', '>&-', '2>&-', '<&- >&- 2>&-'])(
  'standard streams that are closed: %s',
  async (streams) => {
    const { stdout } = await shell(`package --source-date-epoch=1 ${streams}; echo "code $?"`)
    expect(stdout).toContain('code 0')
    expect(await readdir(workspace.path('out'))).toEqual(['demo-1.2.3.tgz'])
  }
)

test('a user without a home, whom the system does not know: the chart is packaged', async () => {
  if (process.getuid?.() !== 0) return
  const bin = workspace.path('bin')
  await mkdir(bin)
  await copyFile(CLI, `${bin}/cli.cjs`)
  await copyFile(process.execPath, `${bin}/node`)
  await copyFile(helmPath(), `${bin}/helm`)
  await chmod(workspace.path(), 0o755)
  await chmod(workspace.path('tmp'), 0o777)
  await mkdir(workspace.path('out'))
  await chmod(workspace.path('out'), 0o777)
  const user = 'setpriv --reuid=54321 --regid=54321 --clear-groups'
  const command = `env -i PATH=${bin}:/usr/bin:/bin TMPDIR=${workspace.path('tmp')} ${user} node ${bin}/cli.cjs`
  const { code, stderr } = await shell(`${command} package chart --destination=out`)
  expect({ code, stderr }).toMatchObject({ code: 0 })
  expect(stderr).not.toContain('bug')
})
