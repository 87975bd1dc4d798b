import { expect, test } from '@jest/globals'
import { parseChallenges } from '../../src/oci/challenge.ts'

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
  ['an unterminated quote', 'Bearer realm="r', [['bearer', {}]]],
  [
    'a token68',
    'Negotiate abc==, Basic realm="b"',
    [
      ['negotiate', {}],
      ['basic', { realm: 'b' }]
    ]
  ],
  ['a parameter without a scheme', 'realm="r"', []]
])('%s', (_, field, challenges) => {
  expect(read(field)).toEqual(challenges)
})
