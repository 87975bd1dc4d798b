import { expect, test } from '@jest/globals'
import { parseReference } from '../../../src/oci/spec/reference.ts'

const DIGEST = `sha256:${'0a'.repeat(32)}`

test.each([
  ['a tag', 'oci://h.example/a/web:1.2.3', { tag: '1.2.3', digest: undefined }],
  ['a digest', `oci://h.example/a/web@${DIGEST}`, { tag: undefined, digest: DIGEST }],
  ['both', `oci://h.example/a/web:1.2.3@${DIGEST}`, { tag: '1.2.3', digest: DIGEST }]
])('a reference may have %s', (_, text, expected) => {
  const repository = { host: 'h.example', name: 'a/web' }
  expect(parseReference(text)).toEqual({ reference: { repository, ...expected } })
})

test.each([
  ['oci://localhost:5000/web:1', 'localhost:5000', 'web'],
  ['oci://[::1]:5000/web:1', '[::1]:5000', 'web'],
  ['oci://my_registry:5000/web:1', 'my_registry:5000', 'web'],
  ['oci://myhost/charts/web:1', 'myhost', 'charts/web']
])('the first part of %s is the host', (text, host, name) => {
  expect(parseReference(text)).toMatchObject({ reference: { repository: { host, name } } })
})

test.each([
  ['nothing behind the name', 'oci://h/a/web', 'neither tag nor digest', 'Add :TAG'],
  ['upper case', 'oci://h/Acme/web:1', '"Acme/web" is no repository', 'write it as "acme/web"'],
  ['no repository', 'oci://h/:1', '"" is no repository', 'oci://host'],
  ['a tag that is none', 'oci://h/a:-1', '"-1" is no tag', 'oci://host'],
  ['a tag of 129 characters', `oci://h/a:${'1'.repeat(129)}`, 'is no tag', 'oci://host'],
  ['a short digest', 'oci://h/a@sha256:12', '"sha256:12" is no SHA-256', 'oci://host'],
  ['a user', 'oci://u:p@h/a:1', '"oci://***@h/a:1" is not usable', 'oci://host'],
  ['a tag behind @', 'oci://h/a@1', 'no digest behind its "@"', 'oci://host'],
  ['a query', 'oci://h/a?x:1', '"a?x" is no repository', 'oci://host'],
  ['another scheme', 'https://h/a:1', 'its scheme is not "oci"', 'oci://host']
])('with %s it is refused, with the way to write it', (_, text, why, fix) => {
  const problem = { message: expect.stringContaining(why), fix: expect.stringContaining(fix) }
  expect(parseReference(text)).toEqual({ problem })
})
