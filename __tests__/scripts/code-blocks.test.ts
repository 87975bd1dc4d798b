import { expect, test } from '@jest/globals'
import { codeBlocks, typedIn, workflowOf } from '../support/code-blocks.ts'

test('the blocks of a document are found with their place, also within a list', () => {
  const markdown = 'Text.\n\n```sh\nls\n```\n\n- An entry:\n\n  ```yaml\n  a:\n    b: 1\n  ```\n'
  expect(codeBlocks(markdown)).toEqual([
    { language: 'sh', text: 'ls\n', line: 4 },
    { language: 'yaml', text: 'a:\n  b: 1\n', line: 10 }
  ])
})

test('steps, jobs and parts of workflows get a frame, other YAML gets none', () => {
  expect(workflowOf('- uses: a/b@c\n  with:\n    d: e\n')).toContain(
    '    steps:\n      - uses: a/b@c\n'
  )
  expect(workflowOf('permissions: {}\nsteps:\n  - run: ls\n')).toContain(
    '    permissions: {}\n    steps:\n'
  )
  expect(workflowOf('jobs:\n  a:\n    steps: []\n')).toMatch(/^on: push\njobs:/)
  const whole = 'on: push\njobs: {}\n'
  expect(workflowOf(whole)).toBe(whole)
  expect(workflowOf('verify:\n  provider: cosign\n')).toBeUndefined()
})

test('of a block with prompts only what is typed counts', () => {
  expect(typedIn('$ helm pull a \\\n    --b\nPulled: a\n$ ls\nfile (1)\n')).toBe(
    'helm pull a \\\n    --b\nls\n'
  )
})
