import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseChallenges } from '../../../src/oci/auth/challenge.ts'

const read = (field: string | readonly string[] | undefined) => {
  return parseChallenges(field).map(({ scheme, parameters }) => [
    scheme,
    Object.fromEntries(parameters)
  ])
}

test.each([
  ['no header', undefined, []],
  ['an empty header', '', []],
  ['Basic without realm', 'Basic', [['basic', {}]]],
  [
    'Bearer with a scope that holds commas',
    'Bearer realm="https://a/t",service="s",scope="repository:a/b:pull,push"',
    [['bearer', { realm: 'https://a/t', service: 's', scope: 'repository:a/b:pull,push' }]]
  ],
  [
    'two challenges in a line',
    'Bearer realm="r",service="s",Basic realm="b"',
    [
      ['bearer', { realm: 'r', service: 's' }],
      ['basic', { realm: 'b' }]
    ]
  ],
  [
    'two lines',
    ['Negotiate', 'bearer Realm=r'],
    [
      ['negotiate', {}],
      ['bearer', { realm: 'r' }]
    ]
  ],
  ['escaped quotes', 'Basic realm="My \\"Reg\\", Inc"', [['basic', { realm: 'My "Reg", Inc' }]]],
  [
    'spaces around =',
    'BEARER realm = "r" , service= s',
    [['bearer', { realm: 'r', service: 's' }]]
  ],
  [
    'repeated parameters: the first counts',
    'Bearer realm="a",realm="b"',
    [['bearer', { realm: 'a' }]]
  ],
  [
    'a token68',
    'Negotiate abc==, Basic realm="b"',
    [
      ['negotiate', {}],
      ['basic', { realm: 'b' }]
    ]
  ],
  [
    'a token68 that looks like a scheme',
    'Negotiate Basic, Bearer realm="r"',
    [
      ['negotiate', {}],
      ['bearer', { realm: 'r' }]
    ]
  ],
  [
    'a token68 with every character that it may have',
    'Negotiate a-b._~+/c=, Basic',
    [
      ['negotiate', {}],
      ['basic', {}]
    ]
  ],
  [
    'challenges without a comma between them',
    'Digest qop="auth" Bearer realm=r',
    [
      ['digest', { qop: 'auth' }],
      ['bearer', { realm: 'r' }]
    ]
  ],
  ['escaped backslashes', 'Basic realm="a\\\\b"', [['basic', { realm: 'a\\b' }]]],
  ['commas without anything', ' , ,Basic realm=r,,', [['basic', { realm: 'r' }]]],
  ['a parameter without a scheme', 'realm="r"', []]
])('%s', (_, field, challenges) => {
  expect(read(field)).toEqual(challenges)
})

test.each([
  ['at the end', 'Bearer realm="r'],
  ['after an escape', 'Bearer realm="r\\"'],
  ['before another challenge', ['Basic realm="x"', 'Bearer realm="https://a, Basic']]
])('a quote that does not end, %s, is refused in plain words', (_, field) => {
  expect(() => read(field)).toThrow(/a quoted value is not closed in the WWW-Authenticate header/)
})

test('a field of 200 kB is read in time', () => {
  expect(read(`Bearer ${'a="b\\c",'.repeat(20_000)}`)).toHaveLength(1)
  expect(read('x '.repeat(100_000)).length).toBeGreaterThan(0)
})

const token = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,8}$/)
const value = fc.string({ unit: fc.constantFrom(...'ab ,="\\\\:/;\\t'), maxLength: 12 })
const challenge = fc.record({
  scheme: token,
  parameters: fc.uniqueArray(fc.tuple(token, value), {
    minLength: 1,
    maxLength: 4,
    selector: ([name]) => name.toLowerCase()
  })
})

test('whatever is written by the grammar is read as it was meant, on one line or on several', () => {
  const written = ({ scheme, parameters }: { scheme: string; parameters: [string, string][] }) => {
    const pairs = parameters.map(([name, text]) => `${name}="${text.replace(/["\\]/g, '\\$&')}"`)
    return `${scheme} ${pairs.join(', ')}`
  }
  fc.assert(
    fc.property(fc.array(challenge, { maxLength: 4 }), (challenges) => {
      const meant = challenges.map(({ scheme, parameters }) => [
        scheme.toLowerCase(),
        Object.fromEntries(parameters.map(([name, text]) => [name.toLowerCase(), text]))
      ])
      const lines = challenges.map(written)
      expect(read(lines)).toEqual(meant)
      expect(read(lines.join(','))).toEqual(meant)
    })
  )
})
