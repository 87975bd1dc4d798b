import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { isNewer, moves, reasonToStay, type TagMove } from '../../../src/publish/push/tag-rules.ts'

const MOVES = 'moves'

/** What happens to a tag that points at `current` when `version` is published; `current` is empty for no tag. */
function result(tag: string, current: string, version: string, more: Partial<TagMove> = {}) {
  const move = { tag, version, isNew: true, ifExists: 'fail', current, ...more } as const
  return reasonToStay({ ...move, current: current || undefined }) ?? MOVES
}

/** Tag, what it points at, what is published, what happens. */
const TABLE: readonly (readonly [string, string, string, string])[] = [
  ['latest', '', '1.2.3', MOVES],
  ['latest', '1.2.3', '1.2.4', MOVES],
  ['latest', '1.9.0', '1.10.0', MOVES],
  ['latest', '2.0.0', '1.2.9', 'stays at 2.0.0, which is higher than 1.2.9'],
  ['latest', '1.2.3', '2.0.0-rc.1', 'stays at 1.2.3: 2.0.0-rc.1 is a pre-release'],
  ['latest', '', '2.0.0-rc.1', 'is not set: 2.0.0-rc.1 is a pre-release'],
  ['latest', '2.0.0-rc.1', '2.0.0-rc.2', 'stays at 2.0.0-rc.1: 2.0.0-rc.2 is a pre-release'],
  ['latest', '2.0.0-rc.1', '1.2.4', MOVES],
  ['latest', '2.0.0-rc.1', '2.0.0', MOVES],
  ['latest', '1.0.0+one', '1.0.0+two', MOVES],
  ['latest', 'v2.0.0', 'v1.0.0', 'stays at v2.0.0, which is higher than v1.0.0'],
  ['latest', '20250101.0.0', '1.0.0', 'stays at 20250101.0.0, which is higher than 1.0.0'],
  ['stable', '1.2.3', '2.0.0-rc.1', 'stays at 1.2.3: 2.0.0-rc.1 is a pre-release'],
  ['1', '', '1.2.3', MOVES],
  ['1', '1.2.3', '1.2.9', MOVES],
  ['1', '1.3.0', '1.2.9', 'stays at 1.3.0, which is higher than 1.2.9'],
  ['1.2', '1.2.3', '1.2.9', MOVES],
  ['1.2', '1.2.10', '1.2.9', 'stays at 1.2.10, which is higher than 1.2.9'],
  ['v1', '1.3.0', '1.2.9', 'stays at 1.3.0, which is higher than 1.2.9'],
  ['v1.2', '1.2.3', '1.2.9', MOVES],
  ['1.x', '1.3.0', '1.2.9', 'stays at 1.3.0, which is higher than 1.2.9'],
  ['1.2.x', '1.2.3', '1.2.4', MOVES],
  ['1', '2.0.0', '1.2.9', MOVES],
  ['1', '1.2.3', '2.0.0', 'stays at 1.2.3: 2.0.0 is not a 1'],
  ['1', '1.2.3', '1.3.0-rc.1', 'stays at 1.2.3: 1.3.0-rc.1 is a pre-release'],
  ['1', '', '1.0.0-rc.1', 'is not set: 1.0.0-rc.1 is a pre-release'],
  ['0', '0.1.0', '0.2.0', MOVES],
  ['2026.06', '', '1.2.3', MOVES],
  ['2026.06', '1.2.3', '1.2.4', MOVES],
  ['2026.06', '1.2.4', '1.2.3', 'stays at 1.2.4, which is higher than 1.2.3'],
  ['edge', '', '1.0.0-rc.1', MOVES],
  ['edge', '1.2.3', '2.0.0-rc.1', MOVES],
  ['edge', '2.0.0-rc.1', '2.0.0', MOVES],
  ['edge', '2.0.0', '2.0.0-rc.2', 'stays at 2.0.0, which is higher than 2.0.0-rc.2'],
  ['edge', '2.0.0-rc.1', '1.2.9', 'stays at 2.0.0-rc.1, which is higher than 1.2.9'],
  ['edge', '0.0.0-f00ba7', '0.0.0-0dd5', MOVES],
  ['edge', '1.2.3-10-gabc', '1.2.3-9-gdef', MOVES],
  ['next', '2.0.0-rc.1', '2.0.0-rc.2', MOVES],
  ['1.2-rc', '1.2.0-rc.1', '1.2.0-rc.2', MOVES],
  ['1.2.3-rc', '', '1.2.3-rc.1', MOVES],
  ['1.2.3-rc', '1.2.3-rc.1', '1.2.3-rc.2', MOVES],
  ['1.2.3', '', '1.2.3-rc.1', 'is not set: 1.2.3-rc.1 is a pre-release'],
  ['v1.2.3', '1.2.3', '1.2.3-rc.1', 'stays at 1.2.3: 1.2.3-rc.1 is a pre-release'],
  ['v1.2.3-rc.1', '', '1.2.3-rc.1', MOVES]
]

test.each(TABLE)('%s at "%s", published %s: %s', (tag, current, version, expected) => {
  expect(result(tag, current, version)).toBe(expected)
})

test.each(TABLE)('with overwrite %s at "%s" goes to %s', (tag, current, version) => {
  expect(result(tag, current, version, { ifExists: 'overwrite' })).toBe(MOVES)
})

const DOCUMENTED = readFileSync(join(import.meta.dirname, '../../../docs/releases.md'), 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, tag, current, version, said] =
      /^\| `([^`]+)` \| (\S+) \| (\d\S*) \| (moves|stays) \|$/.exec(line) ?? []
    return tag && current && version && said ? [[tag, current, version, said] as const] : []
  })

test('docs/releases.md has a table of moving tags', () => {
  expect(DOCUMENTED.length).toBeGreaterThan(15)
})

test.each(DOCUMENTED)('as docs/releases.md says, %s at %s, published %s: it %s', (...row) => {
  const [tag, current, version, said] = row
  const found = result(tag, current === 'nothing' ? '' : current, version)
  expect(found === MOVES ? 'moves' : 'stays').toBe(said)
})

describe('a version that is found unchanged', () => {
  const found = { isNew: false }

  test('takes a name from no higher pre-release of its own version', () => {
    const stays = 'stays at 2.0.0-rc.2, which is higher than 2.0.0-rc.1'
    expect(result('next', '2.0.0-rc.2', '2.0.0-rc.1', found)).toBe(stays)
    expect(result('next', '2.0.0-rc.1', '2.0.0-rc.2', found)).toBe(MOVES)
  })

  test('brings tags that an earlier run could not write', () => {
    expect(result('latest', '1.2.3', '1.3.0', found)).toBe(MOVES)
    expect(result('latest', '', '1.3.0', found)).toBe(MOVES)
  })
})

describe('a tag is a version that obeys if-exists', () => {
  test.each([
    ['1.2.3', '2.0.0', undefined],
    ['v1.2.3', '2.0.0', undefined],
    ['V1.2.3', '2.0.0', undefined],
    ['1.2.3_build', '2.0.0', undefined],
    ['1.2.3-rc', '1.2.3', undefined],
    ['1.2.3-rc', '1.2.4-rc.1', undefined],
    ['1.2.3-rc.1', '1.2.3-rc.10', undefined],
    ['1.2.3-rc', '1.2.3-rc.4', '1.2.3-rc'],
    ['1.2', '1.2.3', '1.2'],
    ['1', '1.2.3', '1'],
    ['v1', '1.2.3', 'v1']
  ])('%s for %s, pointing at %s', (tag, version, current) => {
    expect(moves({ tag, version, current })).toBe(false)
  })

  test.each([
    ['latest', '1.2.3', undefined],
    ['1', '1.2.3', '1.2.0'],
    ['v1.2', '1.2.3', '1.2.0'],
    ['1.2.3-rc', '1.2.3-rc.4', undefined],
    ['1.2.3-rc', '1.2.3-rc.4', '1.2.3-rc.3'],
    ['1.2.3-rc', 'v1.2.3-rc4', '1.2.3-rc3'],
    ['v1.2.3-rc', '1.2.3-rc.4', '1.2.3-rc.3']
  ])('but %s for %s, pointing at %s, moves', (tag, version, current) => {
    expect(moves({ tag, version, current })).toBe(true)
  })
})

/** SemVer 2.0.0, 11, with what Helm takes beyond it. */
const ASCENDING = [
  '0.9',
  '1.0.0-alpha',
  '1.0.0-alpha.1',
  '1.0.0-alpha.beta',
  '1.0.0-beta',
  '1.0.0-beta.2',
  '1.0.0-beta.11',
  '1.0.0-rc.1',
  'v1',
  '1.0.1',
  '1.2.0',
  '1.10.0',
  '2.0.0',
  '18446744073709551615.0.0'
]

test('versions are ordered as SemVer orders them', () => {
  for (const [index, version] of ASCENDING.entries()) {
    for (const [place, other] of ASCENDING.entries()) {
      expect([version, other, isNewer(version, other)]).toEqual([version, other, index > place])
    }
  }
})

test.each([
  ['1.0.0+a', '1.0.0+b'],
  ['1.0.0', '1.0'],
  ['latest', '1.0.0'],
  ['1.0.0', 'latest']
])('neither is newer: %s, %s', (one, other) => {
  expect([isNewer(one, other), isNewer(other, one)]).toEqual([false, false])
})
