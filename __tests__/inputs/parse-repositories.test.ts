import { describe, expect, test } from '@jest/globals'
import { parseRepositories } from '../../src/inputs/parse-repositories.ts'
import { registerHostLogins } from '../../src/shared/address-logins.ts'
import type { Problem } from '../../src/shared/failure.ts'
import { SecretRegistry } from '../../src/shared/secret-registry.ts'

function parse(...lines: readonly string[]) {
  const problems: Problem[] = []
  return { found: Object.fromEntries(parseRepositories(lines, problems)), problems }
}

describe('a line has a name and a URL', () => {
  test.each([
    'acme: https://charts.example/acme',
    'acme:https://charts.example/acme',
    'acme : https://charts.example/acme',
    'acme=https://charts.example/acme',
    'acme = https://charts.example/acme',
    'acme https://charts.example/acme',
    'acme\thttps://charts.example/acme',
    '@acme: https://charts.example/acme',
    '"acme": "https://charts.example/acme"',
    "'acme': 'https://charts.example/acme'"
  ])('%j', (line) => {
    expect(parse(line)).toEqual({
      found: { acme: 'https://charts.example/acme' },
      problems: []
    })
  })

  test.each([
    'https://charts.example',
    'https://charts.example/',
    'HTTPS://Charts.Example:443/a//b/',
    'http://localhost:8080/charts',
    'https://charts.example/a?token=x&y=1',
    'https://charts.example/@scope/a',
    'https://charts.example/a=b:c',
    'oci://ghcr.io/acme/charts',
    'oci://localhost:5000'
  ])('whose spelling stays: %s', (url) => {
    expect(parse(`acme: ${url}`)).toEqual({ found: { acme: url }, problems: [] })
  })

  test('and there may be several, comments, and one twice', () => {
    const { found, problems } = parse(
      '# ours',
      'a: https://a.test',
      'b-2.c_d=https://b.test',
      'a: https://a.test'
    )
    expect(found).toEqual({ a: 'https://a.test', 'b-2.c_d': 'https://b.test' })
    expect(problems).toEqual([])
  })

  test('none is fine', () => {
    expect(parse()).toEqual({ found: {}, problems: [] })
  })
})

describe('refused is', () => {
  test.each([
    ['a URL without a name', 'https://charts.example', 'a line without a name: "https://'],
    ['one of a registry', 'oci://charts.example/a', 'a line without a name'],
    ['a name with a slash', 'a/b: https://charts.example', 'a line without a name'],
    ['an empty name', ': https://charts.example', 'a line without a name'],
    ['a name alone', 'acme', 'a line without a name: "acme"'],
    ['a name without a URL', 'acme:', 'has "acme" without a URL'],
    ['a host alone', 'acme: charts.example/a', 'has "acme", which is not the URL'],
    ['a path', 'acme: ../charts', 'not the URL of a repository: "../charts"'],
    ['a file', 'acme: file:///charts', 'not the URL'],
    ['another scheme', 'acme: s3://bucket/charts', 'not the URL'],
    ['code', 'acme: javascript:alert(1)', 'not the URL'],
    ['too few slashes', 'acme: https:charts.example', 'not the URL'],
    ['no host', 'acme: https://', 'not the URL'],
    ['a blank in it', 'acme: https://charts.example/a b', 'not the URL'],
    ['something behind it', 'acme: https://charts.example # ours', 'not the URL'],
    ['a backslash', 'acme: https://charts.example\\a', 'not the URL'],
    ['a fragment', 'acme: https://charts.example/#a', 'not the URL'],
    ['a tag', 'acme: oci://charts.example/a:1.0.0', 'not the URL'],
    ['a control character', 'acme: https://charts.example/\u0007', 'not the URL']
  ])('%s', (_, line, words) => {
    const { found, problems } = parse(line, 'b: https://b.test')
    expect(found).toEqual({ b: 'https://b.test' })
    expect(problems).toEqual([
      { message: expect.stringContaining(words), fix: expect.stringContaining('://') }
    ])
    expect(problems[0]?.message).toContain('`repositories` has')
  })

  test('one name with two URLs', () => {
    const { problems } = parse('a: https://a.test', 'a: https://a.test/')
    expect(problems).toEqual([
      {
        message: '`repositories` has "a" twice, with different URLs.',
        fix: 'Remove one of them.'
      }
    ])
  })

  test.each([
    'a: https://user:s3cret-word@charts.example/a',
    'a: https://s3cret-word@charts.example/a',
    'a: https://:s3cret-word@charts.example',
    'a: https://user:s3cret-word/x@charts.example',
    'a: user:s3cret-word@charts.example',
    'a=oci://user:s3cret-word@charts.example/a',
    'a oci://user:s3cret-word@charts.example/a',
    '@a: https://user:s3cret-word@charts.example',
    'https://user:s3cret-word@charts.example'
  ])('a login, which no message shows: %s', (line) => {
    const { found, problems } = parse(line)
    expect(found).toEqual({})
    expect(problems).toHaveLength(1)
    expect(JSON.stringify(problems)).not.toContain('s3cret-word')
    if (/^@?a/.test(line)) {
      expect(problems[0]?.message).toBe('`repositories` has "a", whose URL has a login in it.')
      expect(problems[0]?.fix).toContain('`registry-auth`')
    }
  })

  test('and as an input with addresses such a login is masked', () => {
    for (const url of ['https://user:s3cret-word@h/a', 'https://user:s3cret-word/x@h/a']) {
      const secrets = new SecretRegistry(() => undefined)
      registerHostLogins(`# ours\na=${url}`, secrets)
      expect(secrets.redact(`it is ${url}`)).not.toContain('s3cret-word')
    }
  })
})
