import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { toolPath } from '../../scripts/tools.mjs'

const ROOT = join(import.meta.dirname, '../..')
const FOLDERS = ['.github/workflows', 'examples/workflows']
const WORKFLOWS = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}`)
)

test.each(WORKFLOWS)('%s has no fault that actionlint finds', (workflow) => {
  const output = execFileSync(toolPath('actionlint'), ['-no-color', workflow], {
    cwd: ROOT,
    encoding: 'utf8'
  })
  expect(output).toBe('')
})
