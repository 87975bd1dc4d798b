import { expect, test } from '@jest/globals'
import {
  archiveName,
  archiveUrl,
  indexDigest,
  indexUrl
} from '../../../src/dependencies/rules/archive-location.ts'

test.each([
  ['https://a.example', 'https://a.example/index.yaml'],
  ['https://a.example/x/', 'https://a.example/x/index.yaml'],
  ['https://a.example/x?token=1', 'https://a.example/x/index.yaml?token=1']
])('the index of %s is %s', (repository, index) => {
  expect(indexUrl(repository)?.href).toBe(index)
})

test.each(['https://a.example\\@b.example', ' https://a.example', 'https://a\n.example', 'x', ''])(
  '%j is no URL',
  (repository) => {
    expect(archiveUrl(repository, 'a.tgz')).toBeUndefined()
    expect(archiveUrl('https://a.example', `${repository} \n`)).toBeUndefined()
  }
)

test.each([
  ['https://a.example/lib-1.0.0.tgz', 'lib-1.0.0.tgz'],
  ['https://a.example/x/other%2B1.tgz?token=1', 'other+1.tgz'],
  ['https://a.example/x%2F..%2Fetc.tgz', 'etc.tgz'],
  ['https://a.example/x/..%2f.tgz', 'lib-1.0.0.tgz'],
  ['https://a.example/x/a%00.tgz', 'lib-1.0.0.tgz'],
  ['https://a.example/x/a%5Cb.tgz', 'lib-1.0.0.tgz'],
  ['https://a.example/download/7', 'lib-1.0.0.tgz'],
  ['https://a.example/_lib.tgz', 'lib-1.0.0.tgz'],
  ['https://a.example/.lib.tgz', 'lib-1.0.0.tgz'],
  [`https://a.example/${'ü'.repeat(126)}.tgz`, 'lib-1.0.0.tgz'],
  ['https://a.example/%E0%A4%A', 'lib-1.0.0.tgz'],
  ['oci://a.example/lib:2.tgz', 'lib-1.0.0.tgz']
])('the archive at %s is called %s', (url, name) => {
  expect(archiveName({ url: new URL(url), name: 'lib', version: '1.0.0' })).toBe(name)
})

const HEX = 'ab'.repeat(32)

test.each([
  ['', { kind: 'none' }],
  [HEX, { kind: 'sha256', hex: HEX }],
  [`sha256:${HEX.toUpperCase()}`, { kind: 'sha256', hex: HEX }],
  [`SHA256:${HEX}`, { kind: 'sha256', hex: HEX }],
  ['ab', { kind: 'unknown', text: 'ab' }],
  [`sha512:${HEX}`, { kind: 'unknown', text: `sha512:${HEX}` }]
])('the digest %j is %j', (text, digest) => {
  expect(indexDigest(text)).toEqual(digest)
})
