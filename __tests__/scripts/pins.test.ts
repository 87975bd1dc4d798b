import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { filesWithPins, pinOf, readPin, withPin } from '../../scripts/pins.ts'

const ROOT = join(import.meta.dirname, '../..')
const COMMIT = 'a'.repeat(40)
const SHA256 = 'b'.repeat(64)

test('workflows and documents use the commit of scripts/pin.json: `node scripts/pins.ts` writes it', () => {
  const files = filesWithPins().map((file) => [file, readFileSync(join(ROOT, file), 'utf8')])
  expect(files.map(([file, text = '']) => [file, withPin(text, readPin())])).toEqual(files)
})

test('scripts/pin.json has a full commit, its version, and a checksum', () => {
  expect(pinOf(readPin())).toEqual(readPin())
})

describe('the pin is written wherever the action is used', () => {
  const pin = { commit: COMMIT, version: 'v2.0.0', sha256: SHA256 }

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

  test.each([
    [`PUBLISHER_VERSION: v1.9.9\nPUBLISHER_SHA256: ${'0'.repeat(64)}\n`],
    [`PUBLISHER_VERSION = 'v1.9.9'\nPUBLISHER_SHA256 = '${'0'.repeat(64)}'\n`],
    [`"\${PUBLISHER_VERSION:-v1.9.9}"\n"\${PUBLISHER_SHA256:-${'0'.repeat(64)}}"\n`]
  ])('where the program is downloaded: %j', (text) => {
    const expected = text.replace('v1.9.9', 'v2.0.0').replace('0'.repeat(64), SHA256)
    expect(withPin(text, pin)).toBe(expected)
  })

  test('and nowhere else', () => {
    const others =
      'uses: actions/checkout@v7\nurl: https://github.com/publish-helm-chart/publish-helm-chart\n'
    expect(withPin(others, pin)).toBe(others)
  })
})

test.each([
  ['a short commit', { commit: '0123abc' }],
  ['a branch', { commit: 'main' }],
  ['a moving tag', { version: 'v1' }],
  ['a version without v', { version: '1.0.0' }],
  ['no checksum', { sha256: '' }]
])('no pin is made of %s', (_, wrong) => {
  const pin = { commit: COMMIT, version: 'v1.0.0', sha256: SHA256 }
  expect(() => pinOf({ ...pin, ...wrong })).toThrow('is not a')
})
