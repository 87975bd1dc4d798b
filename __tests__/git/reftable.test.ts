import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { readHead } from '../../src/git/commit.ts'
import { readFromReftable } from '../../src/git/reftable.ts'
import { useWorkspace } from '../support/workspace.ts'

interface Stack {
  readonly objectFormat: string
  readonly refs: Readonly<Record<string, string | null>>
  /** By name, in base64. */
  readonly files: Readonly<Record<string, string>>
}

const FIXTURE = join(import.meta.dirname, '../fixtures/git/reftable.json')
const { stacks }: { readonly stacks: readonly Stack[] } = JSON.parse(readFileSync(FIXTURE, 'utf8'))
const workspace = useWorkspace()

describe.each(stacks.map((stack) => [stack.objectFormat, stack] as const))(
  'with %s',
  (_, stack) => {
    let folder = ''

    beforeEach(async () => {
      const files = Object.entries(stack.files).map(([name, bytes]) => {
        return [name, Buffer.from(bytes, 'base64')] as const
      })
      folder = await workspace.write('git/reftable', Object.fromEntries(files))
      await workspace.write('git', { HEAD: 'ref: refs/heads/.invalid\n' })
    })

    test.each(Object.entries(stack.refs))('%s holds what git wrote', async (ref, text) => {
      expect(readFromReftable(folder, ref) ?? null).toBe(text)
    })

    test('HEAD leads to the commit of its branch', async () => {
      const git = workspace.path('git')
      const workTree = { root: workspace.path(), gitFolder: git, commonFolder: git }
      expect(readHead(workTree)).toBe(stack.refs['refs/heads/main'])
    })

    test('a table that is damaged is refused, or does not matter', async () => {
      const [name = '', bytes = ''] = Object.entries(stack.files).at(0) ?? []
      const table = Buffer.from(bytes, 'base64')
      for (let at = 0; at < table.length; at += 13) {
        const spoiled = Buffer.from(table)
        spoiled.writeUInt8((table[at] ?? 0) ^ 0x81, at)
        await workspace.write('git/reftable', {
          [name]: at % 2 ? spoiled : spoiled.subarray(0, at)
        })
        const answer = answerOf(() => readFromReftable(folder, 'refs/tags/v1'))
        expect(answer ?? '').toMatch(/^(?:[0-9a-f]*|UnreadableRepository)$/)
      }
    })

    test('a table that is a pipe is not waited for', async () => {
      const [name = ''] = Object.keys(stack.files)
      execFileSync('rm', [join(folder, name)])
      execFileSync('mkfifo', [join(folder, name)])
      expect(() => readFromReftable(folder, 'refs/x')).toThrow('is not a regular file')
    })
  }
)

test('names in the list of tables lead nowhere else', async () => {
  const lists = { 'secret.ref': 'REFT', 'stack/tables.list': '../secret.ref\n/etc/passwd\n' }
  await workspace.write('.', lists)
  expect(readFromReftable(workspace.path('stack'), 'HEAD')).toBeUndefined()
})

/** What a function returns, or the name of the error that it throws. */
function answerOf(read: () => string | undefined): string | undefined {
  try {
    return read()
  } catch (error) {
    return error instanceof Error ? error.name : String(error)
  }
}
