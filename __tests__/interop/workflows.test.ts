import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { toolPath } from '../../scripts/tools.mjs'

const ROOT = join(import.meta.dirname, '../..')
const FOLDERS = ['.github/workflows', 'examples/workflows']
const WORKFLOWS = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yml'))
    .map((name) => `${folder}/${name}`)
)

function check(file: string, args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(file, args, { cwd: ROOT, encoding: 'utf8' })
  return { status, output: `${stdout}${stderr}` }
}

const CLEAN = { status: 0, output: '' }

// It has shellcheck read the scripts in a workflow.
test.each(WORKFLOWS)('%s has no fault that actionlint finds', (workflow) => {
  expect(check(toolPath('actionlint'), ['-no-color', workflow])).toEqual(CLEAN)
})

test('the script for any CI has no fault that shellcheck finds', () => {
  expect(check('shellcheck', ['examples/shell/publish.sh'])).toEqual(CLEAN)
})

test('zizmor finds no weakness in the workflows, in action.yml, and in how updates are proposed', () => {
  // `.` has .github and action.yml; examples are no workflows of this repository to it.
  const examples = WORKFLOWS.filter((path) => path.startsWith('examples/'))
  const args = ['--offline', '--quiet', '--format=plain', '--color=never', '--strict-collection']
  const { status, output } = check(toolPath('zizmor'), [...args, '.', ...examples])
  expect(output).toContain('No findings to report.')
  expect(status).toBe(0)
})
