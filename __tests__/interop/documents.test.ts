import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parseAllDocuments } from 'yaml'
import { toolPath } from '../../scripts/tools.mjs'
import { codeBlocks, typedIn, workflowOf } from '../support/code-blocks.ts'
import { useWorkspace } from '../support/workspace.ts'

const ROOT = join(import.meta.dirname, '../..')
const workspace = useWorkspace()

const DOCUMENTS = [
  ...readdirSync(ROOT),
  ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)
].filter((name) => name.endsWith('.md'))
const BLOCKS = DOCUMENTS.flatMap((document) =>
  codeBlocks(readFileSync(join(ROOT, document), 'utf8')).map((block) => ({
    ...block,
    place: `${document}:${block.line}`
  }))
)
const inLanguage = (...languages: readonly string[]) =>
  BLOCKS.filter(({ language }) => languages.includes(language))

const WORKFLOWS = inLanguage('yaml', 'yml').flatMap((block) => {
  const workflow = workflowOf(block.text)
  return workflow === undefined ? [] : [{ ...block, workflow }]
})

function check(file: string, args: readonly string[], input?: string) {
  const options = { encoding: 'utf8', ...(input !== undefined && { input }) } as const
  const { status, stdout, stderr } = spawnSync(file, args, options)
  return { status, output: `${stdout}${stderr}` }
}

test('the documents have workflows and commands to check', () => {
  expect(WORKFLOWS.length).toBeGreaterThan(0)
  expect(inLanguage('sh', 'console').length).toBeGreaterThan(0)
})

describe('YAML that can be parsed', () => {
  test.each(inLanguage('yaml', 'yml'))('$place', ({ text }) => {
    expect(parseAllDocuments(text).flatMap(({ errors }) => errors)).toEqual([])
  })
})

describe('a workflow without a fault that actionlint finds', () => {
  test.each(WORKFLOWS)('$place', ({ workflow }) => {
    expect(check(toolPath('actionlint'), ['-no-color', '-'], workflow)).toEqual({
      status: 0,
      output: ''
    })
  })
})

const WHOLE = WORKFLOWS.filter(({ text, workflow }) => text === workflow)
if (WHOLE.length > 0) {
  describe('a whole workflow without a weakness that zizmor finds', () => {
    test.each(WHOLE)('$place', async ({ workflow }) => {
      const folder = await workspace.write('repository/.github/workflows', {
        'release.yml': workflow
      })
      const args = ['--offline', '--quiet', '--format=plain', '--color=never']
      const { output } = check(toolPath('zizmor'), [...args, join(folder, 'release.yml')])
      expect(output).toContain('No findings to report.')
    })
  })
}

describe('commands that a shell can read', () => {
  test.each(inLanguage('sh', 'bash', 'shell'))('$place', ({ language, text }) => {
    const shell = language === 'bash' ? 'bash' : 'sh'
    expect(check(shell, ['-n'], text)).toEqual({ status: 0, output: '' })
  })

  test.each(inLanguage('console'))('$place', ({ text }) => {
    const typed = typedIn(text)
    expect(typed).not.toBe('')
    expect(check('sh', ['-n'], typed)).toEqual({ status: 0, output: '' })
  })
})

const JSON_BLOCKS = inLanguage('json')
if (JSON_BLOCKS.length > 0) {
  describe('JSON that can be parsed', () => {
    test.each(JSON_BLOCKS)('$place', ({ text }) => {
      expect(() => JSON.parse(text)).not.toThrow()
    })
  })
}
