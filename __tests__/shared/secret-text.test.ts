import { expect, test } from '@jest/globals'
import { textOf, withoutByteOrderMark } from '../../src/shared/secret-text.ts'

const TEXT = 'pässwörd\r\n'

test.each([
  ['UTF-8', Buffer.from(TEXT)],
  ['UTF-8 with a mark', Buffer.from(`\ufeff${TEXT}`)],
  ['UTF-16, as Windows PowerShell writes it', Buffer.from(`\ufeff${TEXT}`, 'utf16le')],
  ['UTF-16 of the other order', Buffer.from(`\ufeff${TEXT}`, 'utf16le').swap16()]
])('a file in %s has the same text', (_, bytes) => {
  expect(withoutByteOrderMark(textOf(bytes))).toBe(TEXT)
})

test.each([[[]], [[0xff]], [[0xff, 0xfe]], [[0xfe, 0xff, 0x00]]])(
  'a file of the bytes %j has none',
  (bytes) => {
    expect(textOf(Buffer.from(bytes)).replace(/[\ufeff\ufffd]/g, '')).toBe('')
  }
)
