import { execFileSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import { sourceDate } from '../../src/helm/source-date.ts'
import { useWorkspace } from '../helpers/workspace.ts'

const workspace = useWorkspace()
const ENVIRONMENT = { PATH: process.env['PATH'], HOME: '/nowhere' }

test('the input beats everything', async () => {
  expect(await sourceDate('.', 0, { SOURCE_DATE_EPOCH: '7' })).toEqual({
    epoch: 0,
    origin: 'the input'
  })
})

test('SOURCE_DATE_EPOCH comes next', async () => {
  expect(await sourceDate('.', undefined, { SOURCE_DATE_EPOCH: '7' })).toMatchObject({ epoch: 7 })
})

test('then the committer date of HEAD, for a chart in a git work tree', async () => {
  const chart = await workspace.write('repository/charts/demo', { 'Chart.yaml': 'name: demo\n' })
  const git = (...args: readonly string[]) => {
    const dates = { GIT_AUTHOR_DATE: '1600000000 +0000', GIT_COMMITTER_DATE: '1700000000 +0000' }
    const names = {
      GIT_AUTHOR_NAME: 'a',
      GIT_AUTHOR_EMAIL: 'a@b',
      GIT_COMMITTER_NAME: 'a',
      GIT_COMMITTER_EMAIL: 'a@b'
    }
    execFileSync('git', [...args], {
      cwd: workspace.path('repository'),
      env: { ...ENVIRONMENT, ...dates, ...names }
    })
  }
  git('init', '--quiet')
  git('add', '.')
  git('commit', '--quiet', '--message=first')
  const date = await sourceDate(chart, undefined, ENVIRONMENT)
  expect(date).toEqual({
    epoch: 1_700_000_000,
    origin: expect.stringMatching(/^commit [0-9a-f]{12}$/)
  })
})

test('outside of a work tree, and without git, there is none', async () => {
  expect(await sourceDate(workspace.path(), undefined, ENVIRONMENT)).toBeUndefined()
  expect(await sourceDate(workspace.path('nowhere'), undefined, ENVIRONMENT)).toBeUndefined()
})

describe('a date is refused', () => {
  test.each(['abc', '1.5', '-1', '99999999999999', ' 1'])('%j', async (text) => {
    await expect(sourceDate('.', undefined, { SOURCE_DATE_EPOCH: text })).rejects.toMatchObject({
      kind: 'usage'
    })
  })
})
