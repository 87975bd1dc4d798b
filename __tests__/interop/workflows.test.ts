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

function check(tool: string, args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(toolPath(tool), args, {
    cwd: ROOT,
    encoding: 'utf8'
  })
  return { status, output: `${stdout}${stderr}` }
}

test.each(WORKFLOWS)('%s has no fault that actionlint finds', (workflow) => {
  expect(check('actionlint', ['-no-color', workflow])).toEqual({ status: 0, output: '' })
})

test('zizmor finds no weakness in the workflows, in action.yml, and in how updates are proposed', () => {
  // `.` has .github and action.yml; examples are no workflows of this repository to it.
  const examples = WORKFLOWS.filter((path) => path.startsWith('examples/'))
  const args = ['--offline', '--quiet', '--format=plain', '--color=never', '--strict-collection']
  const { status, output } = check('zizmor', [...args, '.', ...examples])
  expect(output).toContain('No findings to report.')
  expect(status).toBe(0)
})
