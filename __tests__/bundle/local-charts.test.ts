import { expect, test } from '@jest/globals'
import { runCli } from '../support/program.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()

test('charts that each need two of the next are refused before they hold thousands', async () => {
  for (let level = 1; level <= 12; level++) {
    const next = level === 12 ? [] : [`a${level + 1}`, `b${level + 1}`]
    const entries = next.map((name) => {
      return `- {name: ${name}, version: 1.0.0, repository: "file://../${name}"}\n`
    })
    const dependencies = entries.length === 0 ? '' : `dependencies:\n${entries.join('')}`
    for (const side of ['a', 'b']) {
      const own = `apiVersion: v2\nname: ${side}${level}\nversion: 1.0.0\n`
      await workspace.write(`${side}${level}`, { 'Chart.yaml': `${own}${dependencies}` })
    }
  }
  const { code, stderr } = await runCli(workspace, ['package', 'a1', '--lint=off'])
  expect(code).toBe(4)
  expect(stderr).toMatch(/would contain \d+ charts, including those inside of its dependencies/)
  expect(await workspace.leftovers()).toEqual([])
}, 60_000)
