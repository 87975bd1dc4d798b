import { describe, expect, test } from '@jest/globals'
import { parseInputs } from '../../src/inputs/inputs.ts'
import { accessWarnings } from '../../src/oci/access.ts'
import { Failure } from '../../src/shared/failure.ts'
import { Secret } from '../../src/shared/secret.ts'

const TWO = 'a.test/x\nb.test:5000/y'
const NAMES = ['plain-http', 'insecure-skip-tls-verify'] as const

describe.each(NAMES)('`%s`', (name) => {
  function hostsOf(text: string, registry = TWO): readonly string[] {
    const request = parseInputs({ texts: { registry, [name]: text }, password: undefined })
    return name === 'plain-http' ? request.plainHttpHosts : request.unverifiedHosts
  }
  function refusalOf(text: string, registry?: string): string {
    try {
      hostsOf(text, registry)
    } catch (error) {
      if (error instanceof Failure && error.exitCode === 2) return `${error.message} ${error.fix}`
    }
    throw new Error(`"${text}" was taken`)
  }

  test.each<[string, string, readonly string[]]>([
    ['one host', 'b.test:5000', ['b.test:5000']],
    ['all of them, one per line', 'b.test:5000\na.test', ['a.test', 'b.test:5000']],
    ['commas and blanks', 'a.test, b.test:5000', ['a.test', 'b.test:5000']],
    ['a JSON array and a comment', '# ours\n["a.test"]', ['a.test']],
    ['upper case', 'A.Test', ['a.test']],
    ['empty lines and blanks', '\n\n  a.test \n\r\n', ['a.test']],
    ['a host twice', 'a.test\na.test', ['a.test']],
    ['false', 'False', []],
    ['nothing', ' \n', []]
  ])('names hosts of several: %s', (_, text, hosts) => {
    expect(hostsOf(text)).toEqual(hosts)
  })

  test.each<[string, string, readonly string[]]>([
    ['one host', 'a.test/x\na.test/y', ['a.test']],
    ['loopback addresses', 'localhost:1/x\n127.0.0.1:2/y', ['localhost:1', '127.0.0.1:2']]
  ])('is true for %s', (_, registry, hosts) => {
    expect(hostsOf('true', registry)).toEqual(hosts)
    expect(hostsOf('true\nTRUE', registry)).toEqual(hosts)
  })

  test.each<[string, string]>([
    ['a host of no target', 'c.test'],
    ['a port missing', 'b.test'],
    ['a port too many', 'a.test:5000'],
    ['a URL', 'https://a.test'],
    ['a reference', 'oci://a.test/x'],
    ['a path', 'a.test/x'],
    ['a word for true', 'yes'],
    ['a pattern', '*.test']
  ])('names no other: %s', (_, text) => {
    const refusal = refusalOf(`a.test\n${text}`)
    expect(refusal).toContain(
      `\`${name}\` names "${text}", but the registries are a.test, b.test:5000.`
    )
    expect(refusal).toContain(`\`${name}: HOST,…\``)
    expect(refusalOf(text, 'd.test/x')).toContain(
      `\`${name}\` names "${text}", but the registry is d.test. Set it to true, false or d.test.`
    )
  })

  test('does not show what stands before a host', () => {
    for (const login of ['u:p,w', 'u:p w', 'u:p/w']) {
      const refusal = refusalOf(`${login}@a.test`)
      expect(refusal).toContain('names "***@a.test"')
      expect(refusal).not.toMatch(/p[, /]w/)
    }
  })

  test.each(['a.test:1/x\na.test:2/y', 'a.test/x\nlocalhost/y', TWO])(
    'is not true for several hosts, which the fix lists: %j',
    (registry) => {
      const refusal = refusalOf('true', registry)
      expect(refusal).toContain(`\`${name}: true\` is for one host, but several are named: a.test`)
      for (const line of registry.split('\n')) expect(refusal).toContain(line.replace(/\/.*/, ''))
    }
  )

  test.each(['true\na.test', 'a.test\nfalse', 'true\nfalse', 'true\nc.test'])(
    'is one thing: %j',
    (text) => {
      expect(refusalOf(text)).toContain('true or false, or names hosts, but it has more than one')
    }
  )

  test('without a registry only has to be readable', () => {
    for (const text of ['true', 'false', 'a.test', 'a.test:5000\nb.test']) {
      expect(hostsOf(text, ' ')).toEqual([])
    }
    for (const text of ['https://a.test', 'u:p@a.test', '*']) {
      expect(refusalOf(text, ' ')).toContain('hosts such as registry.example.com:5000')
    }
  })
})

test('a port that is the default of the scheme may be missing, or there', () => {
  const registry = 'a.test/x\nb.test:80/y\nc.test:443/z'
  const parse = (plainHttp: string, insecure: string) => {
    const texts = { registry, 'plain-http': plainHttp, 'insecure-skip-tls-verify': insecure }
    return parseInputs({ texts, password: undefined })
  }
  expect(parse('a.test:80\nb.test', 'a.test:443\nc.test')).toMatchObject({
    plainHttpHosts: ['a.test', 'b.test:80'],
    unverifiedHosts: ['a.test', 'c.test:443']
  })
  expect(() => parse('c.test', 'false')).toThrow('`plain-http` names "c.test"')
  expect(() => parse('false', 'b.test')).toThrow('`insecure-skip-tls-verify` names "b.test"')
})

test('each host that is not verified is warned about by its name, in the results of that host', () => {
  const registry = `${TWO}\na.test:5000/x`
  const texts = { registry, 'insecure-skip-tls-verify': 'a.test\nb.test:5000' }
  const request = parseInputs({ texts, password: undefined })
  const first = expect.stringContaining('The certificate of a.test is NOT VERIFIED')
  const second = expect.stringContaining('The certificate of b.test:5000 is NOT VERIFIED')
  expect(accessWarnings(request)).toEqual([first, second])
  expect(accessWarnings(request, 'a.test/x')).toEqual([first])
  expect(accessWarnings(request, 'a.test')).toEqual([first])
  expect(accessWarnings(request, 'b.test:5000/y')).toEqual([second])
  expect(accessWarnings(request, 'a.test:5000/x')).toEqual([])
  expect(accessWarnings(request, null)).toEqual([])
  expect(accessWarnings({ ...request, warnings: ['more'] }, null)).toEqual(['more'])
})

test('hosts that are named give no host a login of another', () => {
  const texts = { registry: TWO, 'plain-http': 'a.test', username: 'ci' }
  expect(() => parseInputs({ texts, password: new Secret('x') })).toThrow(
    'A login and a client certificate are for one host, but several are named: a.test, b.test:5000'
  )
})

describe('a port that its scheme implies makes no other host', () => {
  const parse = (registry: string, plainHttp = 'false') => {
    const texts = { registry, username: 'ci', 'plain-http': plainHttp }
    return parseInputs({ texts, password: new Secret('x') })
  }

  test.each([
    ['a.test/x\na.test:443/y', 'false'],
    ['a.test/x\na.test:80/y', 'a.test'],
    ['a.test/x\na.test:80/y', 'true']
  ])('one login is for %j, with plain http %s', (registry, plainHttp) => {
    expect(parse(registry, plainHttp).credential).toMatchObject({ username: 'ci' })
  })

  test('but that of the other scheme does', () => {
    expect(() => parse('a.test/x\na.test:80/y')).toThrow('several are named: a.test, a.test:80')
    expect(() => parse('a.test/x\na.test:443/y', 'a.test')).toThrow('several are named')
  })
})
