import { expect, test } from '@jest/globals'
import { codesIn, errorText } from '../../../src/oci/answers/registry-error.ts'

test.each<[string, string, string]>([
  ['a list', '{"errors":[{"code":"A","message":"b"},{"code":"C"}]}', 'A "b", C'],
  ['a bare object (zot)', '{"code":"A","message":"b"}', 'A "b"'],
  ['a token service', '{"error":"a","error_description":"b"}', 'a "b"'],
  ['a detail that says more', '{"errors":[{"code":"A","message":"b","detail":"c"}]}', 'A "b" "c"'],
  [
    'a detail that says the same',
    '{"errors":[{"code":"A","message":"b c","detail":"c"}]}',
    'A "b c"'
  ],
  [
    'a detail with a description (Artifactory)',
    '{"errors":[{"code":"A","detail":{"description":"HTTP 403"}}]}',
    'A "HTTP 403"'
  ],
  ['a detail of another kind', '{"errors":[{"code":"A","detail":[{"Type":"x"}]}]}', 'A'],
  [
    'no message, and a code with spaces (Quay)',
    '{"errors":[{"code":"NOT ALLOWED"}]}',
    'NOT ALLOWED'
  ],
  ['a page of HTML', '<html><b>502</b> Bad\nGateway</html>', '"502 Bad Gateway"'],
  ['a "<" that begins no tag', '1 < 2 in <b>line</b> 3', '"1 < 2 in line 3"'],
  ['two documents (distribution 3)', '{"errors":[]}{"errors":[]}', '"{"errors":[]}{"errors":[]}"'],
  ['nothing', '', ''],
  ['the later of two keys', '{"code":"A","code":"B"}', 'B']
])('%s is read', (_, body, text) => {
  expect(errorText(Buffer.from(body))).toBe(text)
})

test('what is nested too deep to be read is a text', () => {
  const deep = Buffer.from(`${'['.repeat(1_000_000)}`)
  expect(codesIn(deep)).toEqual([])
  expect(errorText(deep).length).toBeLessThan(600)
})

test('a page as large as any that is read, of tags that do not end, is a text', () => {
  const page = '<'.repeat(65_536)
  expect(errorText(Buffer.from(page))).toContain('<<<')
  expect(errorText(Buffer.from(`${page}b>`))).toContain('<<<')
})

test('a key of a prototype is a key like others', () => {
  expect(codesIn(Buffer.from('{"__proto__":{"code":"A"},"constructor":1}'))).toEqual([])
})
