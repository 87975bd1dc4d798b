import { describe, expect, test } from '@jest/globals'
import { codesIn, errorText, unredactedWords } from '../../../src/oci/errors/registry-error.ts'
import { SecretRegistry } from '../../../src/shared/secret-registry.ts'

function answer(body: string, status = 403) {
  return { status, url: new URL('https://r.example'), headers: {}, body: Buffer.from(body) }
}

function said(body: string, redact = (text: string) => text): string {
  return errorText(answer(body), redact)
}

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
  expect(said(body)).toBe(text)
})

test('what is nested too deep to be read is a text', () => {
  const deep = '['.repeat(1_000_000)
  expect(codesIn(Buffer.from(deep))).toEqual([])
  expect(said(deep).length).toBeLessThan(600)
})

test('a page as large as any that is read, of tags that do not end, is a text', () => {
  const page = '<'.repeat(65_536)
  expect(said(page)).toContain('<<<')
  expect(said(`${page}b>`)).toContain('<<<')
})

test('a key of a prototype is a key like others', () => {
  expect(codesIn(Buffer.from('{"__proto__":{"code":"A"},"constructor":1}'))).toEqual([])
})

describe('a password that a server repeats', () => {
  const PASSWORD = `pa<b>ss</b>  wo'rd&7é`
  const secrets = new SecretRegistry(() => undefined)
  secrets.register(PASSWORD)
  const html = (text: string) =>
    text.replaceAll('&', '&amp;').replaceAll("'", '&#x27;').replaceAll('<', '&lt;')
  const messages = [
    ['unchanged', PASSWORD],
    ['in upper case', PASSWORD.toUpperCase()],
    ['with other entities', html(PASSWORD)],
    ['in entities twice', html(html(PASSWORD))],
    ['in base64', Buffer.from(`ci:${PASSWORD}`).toString('base64')],
    ['in percents', encodeURIComponent(PASSWORD)],
    ['in JSON', JSON.stringify(PASSWORD)],
    ['with its blanks folded', PASSWORD.replace(/\s+/g, ' ')]
  ] as const

  test.each(messages)('%s is in no text that is shown', (_, text) => {
    const bodies = [
      text,
      `<html><body><p>login <i>${text}</i>\n  failed</p></body></html>`,
      JSON.stringify({ errors: [{ code: text, message: text, detail: text }] }),
      JSON.stringify({ code: 'A', message: `the login ${text} failed`, details: text }),
      JSON.stringify({ error: text, error_description: text }),
      JSON.stringify([text]),
      `${'x'.repeat(490)} ${text}`,
      `${PASSWORD.slice(0, -4)}... <br>${text}`
    ]
    for (const body of bodies) {
      const shown = said(body, (part) => secrets.redact(part))
      expect([body, shown.replace(/<\/?b>/g, '')]).toEqual([
        body,
        expect.not.stringMatching(/pa|ss\b|wo'|rd|PA|RD|cGE/)
      ])
    }
  })
})

describe('of a token service', () => {
  const TOKEN = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJjaSJ9.c2lnbmF0dXJl'
  const shown = (body: string, status: number) => {
    return errorText({ ...answer(body, status), purpose: 'token' }, (text) => text)
  }
  const bodies = [
    TOKEN,
    `Bearer ${TOKEN}`,
    JSON.stringify(TOKEN),
    JSON.stringify({ token: 'e', message: 'the token e' }),
    JSON.stringify({ data: [{ nested: { access_token: TOKEN } }] }),
    JSON.stringify({ errors: [{ code: 'A', message: `this is yours: ${TOKEN}` }] }),
    JSON.stringify({ error: 'e', refresh_token: 'short-one', error_description: 'short-one' }),
    `access_token=${TOKEN}&token_type=Bearer`,
    'access_token=e&x=1',
    `<input value="${TOKEN}"> ${TOKEN}`,
    `{"token":"${TOKEN}","`,
    '{"errors":[{"code":"A"}],"token":"e',
    `{"token":[${'"short-one",'.repeat(6000)}`,
    ' ["short-one"',
    'token: e7',
    'your "access_token" : "e7"'
  ]

  test.each([200, 201, 202, 204, 302, 400, 401, 403, 404, 500, 503])(
    'no token is shown with %i',
    (status) => {
      for (const body of bodies) {
        expect([body, shown(body, status)]).toEqual([
          body,
          expect.not.stringMatching(/eyJ|c2ln|short-one|"e"|e7|token=e|token e/)
        ])
      }
    }
  )

  test.each([200, 201, 302])('nothing at all is shown with %i', (status) => {
    for (const body of [...bodies, 'Auth failed.']) expect(shown(body, status)).toBe('')
  })

  test.each([
    ['Auth failed.', '"Auth failed."'],
    ['{"errors":[{"code":"DENIED","message":"denied"}]}', 'DENIED "denied"'],
    [
      '{"error":"insufficient_scope","error_description":"requested access to the resource is denied"}',
      'insufficient_scope "requested access to the resource is denied"'
    ],
    [
      'see https://auth.example.com/v2/help for unauthorizedClient',
      '"see https://auth.example.com/v2/help for unauthorizedClient"'
    ],
    ['{"details":"incorrect username or password"}', '"incorrect username or password"'],
    ['{"other":"words"}', ''],
    ['invalid token: expired', '"invalid token: expired"'],
    ['<h1>502</h1> Bad Gateway', '"502 Bad Gateway"']
  ])('the words of a refusal are shown: %s', (body, words) => {
    expect(shown(body, 401)).toBe(words)
  })
})

test('the words to decide by are those of the body, unredacted', () => {
  expect(unredactedWords(Buffer.from('{"errors":[{"code":"A","message":"b","detail":"c"}]}'))).toBe(
    'A b c'
  )
  expect(unredactedWords(Buffer.from('<p>quota</p> exceeded'))).toContain('quota')
})
