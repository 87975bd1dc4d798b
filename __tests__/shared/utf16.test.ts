import { expect, test } from '@jest/globals'
import { readArchive } from '../../src/chart/archive.ts'
import { findLeaks } from '../../src/chart/leaks/find-leaks.ts'
import { SecretSearch } from '../../src/shared/secret-search.ts'
import { decodeUtf16, inUtf8 } from '../../src/shared/utf16.ts'
import { archiveOf } from '../support/charts/archives.ts'
import { PRIVATE_KEYS } from '../support/charts/keys.ts'

const little = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')
const big = (text: string) => little(text).swap16()
const ORDERS = [
  ['little-endian', little],
  ['big-endian', big]
] as const
const DRAWN = 'q7Rt2Zw9KxB4mN8vLc3HsD6fJg1PyU5aEo0TiXk7'

test('an odd number of bytes at an odd address is decoded without harm', () => {
  for (let size = 3001; size < 3500; size++) {
    const bytes = Buffer.alloc(size, 'A\0')
    expect(decodeUtf16(bytes.subarray(1))).toHaveLength(Math.floor((size - 1) / 2))
  }
})

test.each(ORDERS)('a private key in a %s file is found, wherever it begins', (_, encoded) => {
  for (const key of Object.values(PRIVATE_KEYS)) {
    const file = encoded(key)
    const places = [file, file.subarray(2), Buffer.concat([Buffer.from('x'), file])]
    for (const place of places) {
      expect(findLeaks('files/any', place).map(({ kind }) => kind)).toEqual(['key'])
    }
  }
})

test.each(ORDERS)('logins and encoded keys in a %s file are found, with the line', (_, encoded) => {
  const key = Buffer.from(PRIVATE_KEYS['EC in PKCS #8'] ?? '').toString('base64')
  const files: readonly (readonly [string, string, string])[] = [
    ['files/a.yaml', `a: 1\r\nkey: ${key}\r\n`, '"files/a.yaml", line 2 (private key in base64)'],
    ['.env', `A=1\r\nAPI_TOKEN=${DRAWN}\r\n`, '".env", line 2 (secret in an .env file)'],
    ['.npmrc', `//h/:_authToken=${DRAWN}\r\n`, '".npmrc", line 1 (npm login)'],
    ['files/t', `\u0a0b\r\nghp_${DRAWN.slice(0, 36)}\r\n`, '"files/t", line 2 (GitHub token)']
  ]
  for (const [path, text, message] of files) {
    const { problems } = readArchive(archiveOf({ name: `demo/${path}`, body: encoded(text) }))
    expect(problems.map((problem) => problem.message).join('\n')).toContain(message)
  }
})

test.each(ORDERS)('a secret of the run in a %s file is found in every encoding', (_, encoded) => {
  const search = new SecretSearch([DRAWN, 'short-pass1'])
  const base64 = Buffer.from(`user:${DRAWN}`).toString('base64')
  expect(search.find(encoded(`a\r\nb: ${DRAWN}\r\n`))).toEqual({ isLong: true, line: 2 })
  expect(search.find(encoded(`a\r\nb: ${base64}\r\n`))).toEqual({ isLong: true, line: 2 })
  expect(search.find(encoded('a\r\nb: short-pass1\r\n'))).toEqual({ isLong: false, line: 2 })
})

test('a file without a byte order mark, or of one byte, stays as it is', () => {
  for (const text of ['', 'a', 'key: value\n', '\u00ff', '\ufeffkey: value\n']) {
    expect(inUtf8(Buffer.from(text))).toEqual(Buffer.from(text))
  }
  expect(inUtf8(Buffer.from([0xff, 0xfe, 0x41]))).toEqual(Buffer.from('\ufeff'))
})
