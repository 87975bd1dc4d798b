import { describe, expect, test } from '@jest/globals'
import { type InspectTexts, parseInspectRequest } from '../../src/inputs/inspect-inputs.ts'
import { Secret } from '../../src/shared/secret.ts'

function parse(inputs: readonly string[], more: Partial<InspectTexts> = {}) {
  return parseInspectRequest({
    inputs,
    texts: {},
    secrets: { password: undefined },
    ...more
  })
}

const LOGIN = { texts: { username: 'ci' }, secrets: { password: new Secret('x') } }

test('what has a scheme is a reference, all else is a file', () => {
  const { inputs } = parse(['a.tgz', './oci:/b', 'oci://h/p/web:1.0.0'])
  expect(inputs).toMatchObject([
    { input: 'a.tgz', path: 'a.tgz' },
    { input: './oci:/b', path: './oci:/b' },
    { input: 'oci://h/p/web:1.0.0', reference: { tag: '1.0.0' } }
  ])
})

test('the + of a version is _ in its tag', () => {
  const { inputs } = parse(['oci://h:5000/web:1.0.0+a.b'])
  expect(inputs).toMatchObject([
    { reference: { repository: { host: 'h:5000', name: 'web' }, tag: '1.0.0_a.b' } }
  ])
})

test('the marks of helm package are required unless it says false', () => {
  expect(parse(['a']).requireGenuine).toBe(true)
  expect(parse(['a'], { texts: { 'require-genuine': 'true' } }).requireGenuine).toBe(true)
  expect(parse(['a'], { texts: { 'require-genuine': 'false' } }).requireGenuine).toBe(false)
})

describe('a login and plain http', () => {
  test('are for the one host that is named, loopback addresses being one', () => {
    const inputs = ['oci://localhost:5000/a:1', 'oci://127.0.0.1:5001/b:1', 'file.tgz']
    expect(
      parse(inputs, { ...LOGIN, texts: { username: 'ci', 'plain-http': 'true' } })
    ).toMatchObject({
      credential: { username: 'ci' },
      plainHttpHosts: ['localhost:5000', '127.0.0.1:5001']
    })
  })

  test.each([
    ['a login', LOGIN],
    ['plain http', { texts: { 'plain-http': 'true' } }],
    ['no verification', { texts: { 'insecure-skip-tls-verify': 'true' } }]
  ])('are refused for several: %s', (_, more) => {
    const inputs = ['oci://a.example/a:1', 'oci://a.example:5000/a:1', 'oci://localhost/a:1']
    expect(() => parse(inputs, more)).toThrow(
      'several are given: a.example, a.example:5000, this machine'
    )
  })

  test('switches take the hosts that they are for', () => {
    const inputs = [
      'oci://a.example/a:1',
      'oci://a.example/b:1',
      'oci://b.example:5000/a:1',
      'c.tgz'
    ]
    const texts = { 'plain-http': 'b.example:5000', 'insecure-skip-tls-verify': 'a.example' }
    expect(parse(inputs, { texts })).toMatchObject({
      plainHttpHosts: ['b.example:5000'],
      unverifiedHosts: ['a.example']
    })
    expect(() => parse(inputs, { texts: { 'plain-http': 'c.example' } })).toThrow(
      '`plain-http` names "c.example", but the registries are a.example, b.example:5000.'
    )
  })

  test('without a reference a login is not said to be for publishing', () => {
    const { notices } = parse(['file.tgz'], LOGIN)
    expect(notices).toEqual([])
  })

  test('are not needed to look at several', () => {
    expect(parse(['oci://a.example/a:1', 'oci://b.example/a:1']).inputs).toHaveLength(2)
  })
})

test('everything that is wrong is told at once: exit code 2', () => {
  expect(() =>
    parse(['oci://h/a', 'oci://h/b:1'], { texts: { username: 'ci', 'plain-http': 'no' } })
  ).toThrow(
    expect.objectContaining({
      exitCode: 2,
      message: expect.stringMatching(
        /neither tag nor digest.*`password` is missing or empty.*`plain-http` names "no"/
      )
    })
  )
})

test('nothing to inspect is an error of usage', () => {
  expect(() => parse([])).toThrow('`inspect` needs an archive, a chart directory or a reference.')
})
