import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { type BuiltIn, renewedRoots } from '../../scripts/roots/renewed-roots.ts'
import publicGood from '../../src/sigstore/public-good-root.json' with { type: 'json' }

const FOLDER = join(import.meta.dirname, '../../src/sigstore')
const KEPT: BuiltIn = {
  publicGood: read('public-good-root.json'),
  gitHub: read('github-root.json'),
  module: read('trusted-root.ts')
}
const NOW = new Date('2031-05-06T23:59:00Z')
const NEW_LOG = {
  baseUrl: 'https://log2031-1.rekor.sigstore.dev',
  hashAlgorithm: 'SHA2_256',
  publicKey: { rawBytes: 'AAAA', validFor: { start: '2031-01-01T00:00:00Z' } }
}

function read(file: string): string {
  return readFileSync(join(FOLDER, file), 'utf8')
}

function printed(first: unknown = publicGood, second: unknown = JSON.parse(KEPT.gitHub)): string {
  return `${JSON.stringify(first)}\n${JSON.stringify(second)}\n`
}

describe('roots that say the same are not renewed', () => {
  test('however they are laid out', () => {
    expect(renewedRoots(printed(), KEPT, NOW)).toBeUndefined()
  })

  test('whatever the order of their keys is', () => {
    const reversed = Object.fromEntries(Object.entries(publicGood).reverse())
    expect(renewedRoots(printed(reversed), KEPT, NOW)).toBeUndefined()
  })
})

describe('a root with another entry', () => {
  const tlogs = [...publicGood.tlogs.slice(1), NEW_LOG]
  const renewed = renewedRoots(printed({ ...publicGood, tlogs }), KEPT, NOW)

  test('takes the place of the one that was kept, in the form of it', () => {
    expect(renewed?.publicGood).toBe(`${JSON.stringify({ ...publicGood, tlogs }, null, 2)}\n`)
    expect(renewed?.gitHub).toBe(KEPT.gitHub)
  })

  test('brings the date of today, and changes nothing else of the module', () => {
    const line = "export const BUILT_IN_DATE = '2031-05-06'"
    const others = (text = '') =>
      text.split('\n').filter((each) => !each.includes('BUILT_IN_DATE ='))
    expect(renewed?.module.split('\n')).toContain(line)
    expect(others(renewed?.module)).toEqual(others(KEPT.module))
  })

  test('is reported with what is new in it, and what is gone', () => {
    expect(renewed?.changes).toEqual([
      'new in tlogs: https://log2031-1.rekor.sigstore.dev, valid {"start":"2031-01-01T00:00:00Z"}',
      'gone from tlogs: https://rekor.sigstore.dev, valid {"start":"2021-01-12T11:53:27Z"}'
    ])
  })

  test('is the same when it comes again', () => {
    if (!renewed) throw new Error('nothing is new')
    expect(renewedRoots(printed({ ...publicGood, tlogs }), renewed, NOW)).toBeUndefined()
  })
})

test('another order of entries is a change of the file', () => {
  const tlogs = publicGood.tlogs.toReversed()
  const renewed = renewedRoots(printed({ ...publicGood, tlogs }), KEPT, NOW)
  expect(JSON.parse(renewed?.publicGood ?? '')).toEqual({ ...publicGood, tlogs })
  expect(renewed?.changes).toEqual(['the same entries in another order or form'])
})

describe('nothing is renewed from', () => {
  test.each([
    ['one root', JSON.stringify(publicGood), 'there are 1 roots, and not two'],
    ['three', printed() + JSON.stringify(publicGood), 'there are 3 roots, and not two'],
    ['nothing', '', 'there are 1 roots, and not two'],
    ['other documents', '{}\n{}\n', 'a line is no trusted root: {}'],
    ['no JSON', 'root\nroot\n', 'a line is no trusted root: root'],
    [
      'the same root twice',
      printed(publicGood, publicGood),
      'a root has no authority of fulcio.githubapp.com, but https://fulcio.sigstore.dev, https://fulcio.sigstore.dev'
    ],
    [
      'a root without authorities',
      printed({ ...publicGood, certificateAuthorities: [] }),
      'a root has no authority of fulcio.sigstore.dev, but none'
    ]
  ])('%s', (_, text, message) => {
    expect(() => renewedRoots(text, KEPT, NOW)).toThrow(message)
  })

  test('any root, where the module has no date to renew', () => {
    const kept = { ...KEPT, module: 'export const BUILT_IN = true\n' }
    const other = printed({ ...publicGood, tlogs: [NEW_LOG] })
    expect(() => renewedRoots(other, kept, NOW)).toThrow('trusted-root.ts has no date')
  })
})
