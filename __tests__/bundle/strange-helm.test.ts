import { chmod, readdir } from 'node:fs/promises'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { chartFiles } from '../support/charts/charts.ts'
import { helmPath, runCli } from '../support/program.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()

beforeEach(() => workspace.write('chart', chartFiles()))

/** What each script begins with: it answers `version`, and knows the folder that the archive belongs in. */
const BEGIN = `#!/bin/bash
[ "$1" = version ] && echo v4.3.0 && exit
for argument; do case "$argument" in --destination=*) to="\${argument#*=}" ;; esac; done
real() { "${helmPath()}" "$@"; }
`

/** Runs the real helm without a flag. */
const WITHOUT = (flag: string) => {
  return `for a; do [[ "$a" == ${flag}=* ]] || b+=("$a"); done; real "\${b[@]}"`
}

/** Packages the chart with a program named helm; `script` is what it does for \`package\`. */
async function packageBy(script: string, ...flags: readonly string[]) {
  await workspace.write('bin', { helm: `${BEGIN}${script}\n` })
  await chmod(workspace.path('bin/helm'), 0o755)
  const environment = { PATH: `${workspace.path('bin')}:/usr/bin:/bin`, SOURCE_DATE_EPOCH: '1' }
  const args = ['package', 'chart', '--destination=out', '--json', ...flags]
  const result = await runCli(workspace, args, { environment })
  const [{ error }] = JSON.parse(result.stdout).results
  return { code: result.code, error }
}

async function expectNothing(): Promise<void> {
  expect(await readdir(workspace.path())).not.toContain('out')
  expect(await workspace.leftovers()).toEqual([])
}

describe('what helm wrote is not taken for an archive, nor waited for, when it is', () => {
  test.each([
    ['nothing', 'true', 'wrote 0 files instead of one archive'],
    ['two archives', 'touch "$to/a.tgz" "$to/b.tgz"', 'wrote 2 files instead of one archive'],
    ['a link', 'ln -s /etc/passwd "$to/a.tgz"', 'not a regular file'],
    ['a link to a device without an end', 'ln -s /dev/zero "$to/a.tgz"', 'not a regular file'],
    ['a link to nothing', 'ln -s nowhere "$to/a.tgz"', 'not a regular file'],
    ['a pipe', 'mkfifo "$to/a.tgz"', 'not a regular file'],
    ['a folder', 'mkdir "$to/a.tgz"', 'not a regular file'],
    ['3 GB', 'truncate -s 3G "$to/a.tgz"', 'with 3221225472 bytes; 268435456 are the limit']
  ])('%s: exit code 3', async (_, script, message) => {
    const { code, error } = await packageBy(script)
    expect({ code, error }).toMatchObject({
      code: 3,
      error: { exitCode: 3, message: expect.stringContaining(message) }
    })
    expect(error.fix).toContain('Put a genuine helm on PATH')
    await expectNothing()
  })

  test('a folder that it has removed', async () => {
    const { code, error } = await packageBy('rm -rf "$to"')
    expect({ code, error }).toMatchObject({ code: 3, error: { exitCode: 3 } })
    await expectNothing()
  })
})

describe('a chart is not published under another name or version than was asked for', () => {
  test.each([
    [
      'when helm ignores --version',
      WITHOUT('--version'),
      ['--version=2.0.0'],
      3,
      'the version "1.2.3" instead of "2.0.0"'
    ],
    [
      'when helm ignores --app-version',
      WITHOUT('--app-version'),
      ['--app-version=9'],
      3,
      'the app version "" instead of "9"'
    ],
    [
      'when helm takes its own version',
      'real "$@" --version=7.0.0',
      ['--version=2.0.0'],
      3,
      'the version "7.0.0" instead of "2.0.0"'
    ],
    [
      'when helm gives the archive another name',
      'real "$@"; mv "$to/demo-1.2.3.tgz" "$to/other-9.9.9.tgz"',
      [],
      3,
      'the file name "other-9.9.9.tgz" instead of "demo-1.2.3.tgz"'
    ],
    [
      'when the name in Chart.yaml changes meanwhile',
      'sed -i s/demo/other/ "$2/Chart.yaml"; real "$@"',
      [],
      4,
      'the name "other" instead of "demo"'
    ],
    [
      'when the version in Chart.yaml changes meanwhile',
      'sed -i s/1.2.3/3.2.1/ "$2/Chart.yaml"; real "$@"',
      [],
      4,
      'the version "3.2.1" instead of "1.2.3"'
    ]
  ])('%s', async (_, script, flags, code, message) => {
    const result = await packageBy(script, ...flags)
    expect(result).toMatchObject({ code, error: { message: expect.stringContaining(message) } })
    await expectNothing()
  })

  test('what was asked for is no reason to complain', async () => {
    const flags = ['--version=v2.0.0-rc.1+build.5', '--app-version= 1.0\tbeta']
    expect(await packageBy('real "$@"', ...flags)).toEqual({ code: 0, error: null })
    expect(await readdir(workspace.path('out'))).toEqual(['demo-2.0.0-rc.1+build.5.tgz'])
  })
})
