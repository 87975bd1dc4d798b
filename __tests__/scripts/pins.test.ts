import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { filesWithPins, pinOf, readPin, withPin } from '../../scripts/pins.ts'

const ROOT = join(import.meta.dirname, '../..')
const COMMIT = 'a'.repeat(40)

test('workflows and documents use the commit of scripts/pin.json: `node scripts/pins.ts` writes it', () => {
  const files = filesWithPins().map((file) => [file, readFileSync(join(ROOT, file), 'utf8')])
  expect(files.map(([file, text = '']) => [file, withPin(text, readPin())])).toEqual(files)
})

test('scripts/pin.json has a full commit and its version', () => {
  const { commit, version } = readPin()
  expect(pinOf(commit, version)).toEqual(readPin())
})

describe('the pin is written wherever the action is used', () => {
  const pin = { commit: COMMIT, version: 'v2.0.0' }

  test.each([
    ['publish-helm-chart/publish-helm-chart@0123abc # v1.9.9'],
    ['publish-helm-chart/publish-helm-chart@v1'],
    ['publish-helm-chart/publish-helm-chart/.github/workflows/publish.yml@main']
  ])('%s', (uses) => {
    const [action] = uses.split('@')
    expect(withPin(`  - uses: ${uses}\n    with:`, pin)).toBe(
      `  - uses: ${action}@${COMMIT} # v2.0.0\n    with:`
    )
  })

  test('and nowhere else', () => {
    const others =
      'uses: actions/checkout@v7\nurl: https://github.com/publish-helm-chart/publish-helm-chart\n'
    expect(withPin(others, pin)).toBe(others)
  })
})

test.each([
  ['a short commit', '0123abc', 'v1.0.0'],
  ['a branch', 'main', 'v1.0.0'],
  ['a moving tag', COMMIT, 'v1'],
  ['a version without v', COMMIT, '1.0.0']
])('no pin is made of %s', (_, commit, version) => {
  expect(() => pinOf(commit, version)).toThrow('is not a')
})
