import { symlink } from 'node:fs/promises'
import { describe, expect, test } from '@jest/globals'
import { chartFiles } from '../support/charts/charts.ts'
import { runCli } from '../support/program.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const UNUSED = '--lint-values names "ci/none.yaml", which exists neither here nor in a chart.'

/** Packages the chart, whose work tree is the working directory. */
function packageWith(flags: readonly string[]) {
  const directory = workspace.path('repository')
  const out = `--destination=${workspace.path('out')}`
  return runCli(workspace, ['package', 'chart', out, ...flags], { directory })
}

test('an entry that names no file is a warning, but not when a chart was not linted', async () => {
  await workspace.write('repository/chart', chartFiles())
  const sound = await packageWith(['--lint-values=ci/none.yaml'])
  expect(sound.code).toBe(0)
  expect(sound.stderr).toContain(UNUSED)
  const extra = 'dependencies:\n- {name: lost, version: 1.0.0, repository: "file://../lost"}\n'
  await workspace.write('repository/chart', chartFiles({ extra }))
  const broken = await packageWith(['--lint-values=ci/none.yaml'])
  expect(broken.code).toBe(4)
  expect(broken.stderr).not.toContain(UNUSED)
})

describe('a file that a chart links to out of the work tree, hidden from helm by .helmignore', () => {
  const secret = 'canary-of-another-folder'

  async function hostile(link: string): Promise<void> {
    await workspace.write('outside', { 'secret.yaml': `token: ${secret}\n` })
    await workspace.write('repository/chart', {
      ...chartFiles(),
      '.helmignore': 'ci\n',
      'templates/leak.yaml': '{{ with .Values.token }}{{ include . $ }}{{ end }}\n'
    })
    await symlink(workspace.path('outside', link), workspace.path('repository/chart/ci'))
  }

  test.each([
    ['named, in a folder that is a link', '', 'ci/secret.yaml'],
    ['matched, in a folder that is a link', '', 'ci/*.yaml'],
    ['named itself', 'secret.yaml', 'ci']
  ])('is not used, so that templates cannot have it printed: %s', async (_, link, entry) => {
    await hostile(link)
    const { code, stderr } = await packageWith([`--lint-values=${entry}`])
    expect(code).toBe(0)
    expect(stderr).not.toContain(secret)
    expect(stderr).toContain('is a link to a file outside of the work tree')
  })

  test('is used with consent', async () => {
    await hostile('')
    const flags = ['--lint-values=ci/secret.yaml', '--allow-outside-files']
    expect((await packageWith(flags)).stderr).toContain(secret)
  })
})
