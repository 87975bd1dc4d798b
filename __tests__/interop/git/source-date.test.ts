import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { sourceDate } from '../../../src/publish/package/source-date.ts'
import { COMMIT_SECONDS, commitAll, git, initialize } from '../../support/git.ts'
import { useWorkspace } from '../../support/workspace.ts'

const workspace = useWorkspace()
let warnings: string[] = []

beforeEach(() => {
  warnings = []
})

function dateOf(chart: string, given?: number, variable?: string) {
  const environment = { SOURCE_DATE_EPOCH: variable }
  const warn = (text: string) => void warnings.push(text)
  return sourceDate(chart, { given, environment, warn })
}

test('the input beats everything', async () => {
  expect(await dateOf('.', 0, '7')).toMatchObject({ epoch: 0, origin: '`source-date-epoch`' })
})

test('SOURCE_DATE_EPOCH comes next', async () => {
  expect(await dateOf('.', undefined, '7')).toMatchObject({ epoch: 7, origin: 'SOURCE_DATE_EPOCH' })
})

describe('in a git work tree', () => {
  let root = ''
  let chart = ''

  beforeEach(async () => {
    chart = await workspace.write('repository/charts/demo', { 'Chart.yaml': 'name: demo\n' })
    root = workspace.path('repository')
    initialize(root)
  })

  test('the committer date of HEAD comes then', async () => {
    const id = commitAll(root)
    const origin = `commit ${id.slice(0, 12)}`
    expect(await dateOf(chart)).toMatchObject({ epoch: COMMIT_SECONDS, origin, commit: { id } })
    expect(warnings).toEqual([])
  })

  test('there is none before the first commit, and that is normal', async () => {
    expect(await dateOf(chart)).toBeUndefined()
    expect(warnings).toEqual([])
  })

  test.each(['-1', '253402300800', '8640000000001', '99999999999999999999'])(
    'a commit of %s seconds has a date that no archive can have, with a warning',
    async (seconds) => {
      commitAll(root)
      const commit = git(root, ['cat-file', 'commit', 'HEAD'])
      const input = `${commit.replace(/^(committer .*>) .*$/m, `$1 ${seconds} +0000`)}\n`
      const args = ['hash-object', '-t', 'commit', '-w', '--stdin', '--literally']
      const id = git(root, args, { input })
      await writeFile(join(root, '.git/HEAD'), `${id}\n`)
      expect(await dateOf(chart)).toBeUndefined()
      expect(warnings).toEqual([
        `The date of commit ${id.slice(0, 12)}, ${Number(seconds)} seconds since 1970, is not between 1970 and 9999. The archive gets the current time, so the digest changes in each run. Set \`source-date-epoch\` to prevent this.`
      ])
    }
  )

  test('a repository that cannot be read gives a warning that says why', async () => {
    const id = commitAll(root)
    await rm(join(root, '.git/objects', id.slice(0, 2)), { recursive: true })
    expect(await dateOf(chart)).toBeUndefined()
    expect(warnings).toEqual([
      expect.stringContaining(`The checked-out commit cannot be read: object ${id} is missing.`)
    ])
    expect(await dateOf(chart, 7)).toMatchObject({ epoch: 7 })
    expect(warnings).toHaveLength(1)
  })
})

test('outside of a work tree there is none', async () => {
  expect(await dateOf(workspace.path())).toBeUndefined()
  expect(await dateOf(workspace.path('nowhere'))).toBeUndefined()
  expect(warnings).toEqual([])
})

describe('a date is refused', () => {
  test.each(['abc', '1.5', '-1', '99999999999999', ' 1'])('%j', async (text) => {
    await expect(dateOf('.', undefined, text)).rejects.toMatchObject({ kind: 'usage' })
  })
})
