import { expect, test } from '@jest/globals'
import { chartFiles } from '../support/charts/charts.ts'
import { runCli } from '../support/program.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()

test.each(['plain', 'with blank and "quotes"', 'ümlaut', 'line\nbreak'])(
  'the links that a mirror consists of are not remarked upon, whatever the folder is called: %j',
  async (name) => {
    const extra = 'dependencies:\n- {name: lib, version: 1.0.0, repository: "file://../lib"}\n'
    await workspace.write('lib', chartFiles({ name: 'lib', version: '1.0.0' }))
    await workspace.write(name, chartFiles({ extra }))
    const flags = [`--destination=${workspace.path('out')}`, '--lint=off']
    const options = { directory: workspace.path() }
    const { code, stderr } = await runCli(
      workspace,
      ['package', `${name.slice(0, 4)}*`, ...flags],
      options
    )
    expect(code).toBe(0)
    expect(stderr).toContain('Dependency lib 1.0.0: packaged from file://../lib.')
    expect(stderr).not.toContain('symbolic link')
    expect(stderr).not.toContain('mirror-')
  }
)
