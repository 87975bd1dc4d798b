import { describe, expect, test } from '@jest/globals'
import { movingTag, notesOf, releaseOf } from '../../scripts/release/version.ts'

describe('the tag of a release', () => {
  test('is a version with v', () => {
    expect(releaseOf('v1.2.3')).toEqual({ tag: 'v1.2.3', version: '1.2.3', isPrerelease: false })
    expect(releaseOf('v2.0.0-rc.1')).toMatchObject({ version: '2.0.0-rc.1', isPrerelease: true })
  })

  test.each(['v1', 'v1.2', '1.2.3', 'v1.2.3 ', 'release'])('%j is none', (tag) => {
    expect(() => releaseOf(tag)).toThrow('is not a version')
  })
})

describe('the moving tag', () => {
  test.each([
    [
      'the highest release of its major version has it',
      'v1.10.0',
      ['v1.9.1', 'v1.10.0', 'v2.0.0', 'v1', ''],
      'v1'
    ],
    ['the first release has it', 'v0.2.0', ['v0.2.0'], 'v0'],
    [
      'a correction of an older minor version does not take it',
      'v1.9.2',
      ['v1.10.0', 'v1.9.2'],
      undefined
    ],
    ['a pre-release does not take it', 'v1.11.0-rc.1', ['v1.10.0'], undefined],
    ['a pre-release of later does not keep it', 'v1.10.1', ['v1.11.0-rc.1', 'v1.10.1'], 'v1']
  ])('%s', (_, tag, tags, moving) => {
    expect(movingTag(tag, tags)).toBe(moving)
  })
})

describe('the text of a release', () => {
  const changelog =
    '# Changelog\n\n## 1.1.0\n\nNew.\n\n### More\n\n## 1.0.0 (2026-12-01)\n\n- First.\n'

  test('is its section of the changelog', () => {
    expect(notesOf(changelog, '1.1.0')).toBe('New.\n\n### More\n')
    expect(notesOf(changelog, '1.0.0')).toBe('- First.\n')
  })

  test('has to be there', () => {
    expect(() => notesOf(changelog, '1.2.0')).toThrow('CHANGELOG.md has no section "## 1.2.0"')
    expect(() => notesOf('## 1.2.0\n\n## 1.1.0\n\nNew.\n', '1.2.0')).toThrow('no section')
  })
})
