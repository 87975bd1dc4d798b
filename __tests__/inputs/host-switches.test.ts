import { describe, expect, test } from '@jest/globals'
import { parseInputs } from '../../src/inputs/inputs.ts'
import { parseInspectRequest } from '../../src/inputs/inspect-inputs.ts'
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
    ['another port', 'a.test:5000'],
    ['no port', 'b.test'],
    ['a name of one part', 'charts'],
    ['an address', '[::1]:8080']
  ])('names hosts of dependencies, too, behind those of targets: %s', (_, text) => {
    expect(hostsOf(`${text}\na.test`)).toEqual(['a.test', text])
    expect(hostsOf(text, 'd.test/x')).toEqual([text])
  })

  test('a host of dependencies is without the port that its scheme implies, and is there once', () => {
    const [own, other] = name === 'plain-http' ? [80, 443] : [443, 80]
    const text = `c.test:${own}\nC.test\nd.test:${other}`
    expect(hostsOf(text)).toEqual(['c.test', `d.test:${other}`])
  })

  test.each<[string, string]>([
    ['a URL', 'https://a.test'],
    ['a reference', 'oci://a.test/x'],
    ['a path', 'a.test/x'],
    ['a pattern', '*.test'],
    ['a port beyond all', 'a.test:99999'],
    ['a word for true', 'yes'],
    ['a word for false', 'Off'],
    ['a number for true', '1']
  ])('names nothing but hosts: %s', (_, text) => {
    for (const refusal of [refusalOf(`a.test\n${text}`), refusalOf(text, 'd.test/x')]) {
      expect(refusal).toContain(`\`${name}\` has "${text.toLowerCase()}", which is not a host.`)
      expect(refusal).toContain('Set it to true, false, or hosts such as')
    }
  })

  test.each(['c.test', 'b.test', 'a.test:5000', 'https://a.test', 'yes'])(
    'names only hosts of references where charts are inspected: %s',
    (text) => {
      const inspect = (...inputs: readonly string[]) => {
        parseInspectRequest({ inputs, texts: { [name]: text }, secrets: { password: undefined } })
      }
      expect(() => inspect('oci://a.test/x:1', 'oci://b.test:5000/y:1')).toThrow(
        expect.objectContaining({
          message: `\`${name}\` names "${text}", but the registries are a.test, b.test:5000.`,
          fix: expect.stringContaining(`\`${name}: HOST,…\``)
        })
      )
      expect(() => inspect('oci://d.test/x:1')).toThrow(
        expect.objectContaining({
          message: `\`${name}\` names "${text}", but the registry is d.test.`,
          fix: 'Set it to true, false or d.test.'
        })
      )
    }
  )

  test('does not show what stands before a host', () => {
    for (const login of ['u:p,w', 'u:p w', 'u:p/w']) {
      const refusal = refusalOf(`${login}@a.test`)
      expect(refusal).toContain('has "***@a.test"')
      expect(refusal).not.toMatch(/p[, /]w/)
    }
  })

  test.each(['a.test:1/x\na.test:2/y', 'a.test/x\nlocalhost/y', TWO])(
    'is not true for several hosts, which the fix lists: %j',
    (registry) => {
      const refusal = refusalOf('true', registry)
      expect(refusal).toContain(`\`${name}: true\` is for one host, but several are given: a.test`)
      for (const line of registry.split('\n')) expect(refusal).toContain(line.replace(/\/.*/, ''))
    }
  )

  test.each(['true\na.test', 'a.test\nfalse', 'true\nfalse', 'true\nc.test'])(
    'is one thing: %j',
    (text) => {
      expect(refusalOf(text)).toContain('mixes true, false and hosts')
    }
  )

  test('with a registry that is empty still names hosts of dependencies', () => {
    for (const text of ['true', 'false']) expect(hostsOf(text, ' ')).toEqual([])
    expect(hostsOf('a.test:5000\nb.test', ' ')).toEqual(['a.test:5000', 'b.test'])
    for (const text of ['https://a.test', 'u:p@a.test', '*']) {
      expect(refusalOf(text, ' ')).toContain('hosts such as registry.example.com:5000')
    }
  })

  test('is never true where charts are packaged only: the fix is to name a host', () => {
    const hostsIn = (text: string) => {
      const request = parseInputs({ texts: { [name]: text }, password: undefined })
      return name === 'plain-http' ? request.plainHttpHosts : request.unverifiedHosts
    }
    expect(() => hostsIn('true')).toThrow(
      expect.objectContaining({
        exitCode: 2,
        message: `\`${name}: true\` applies to the registry to publish to, but no registry is set.`,
        fix: `For a host of dependencies, set \`${name}: HOST\`.`
      })
    )
    expect(() => hostsIn('yes')).toThrow(expect.objectContaining({ exitCode: 2 }))
    expect(hostsIn('false')).toEqual([])
    expect(hostsIn('charts.test:8080')).toEqual(['charts.test:8080'])
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
  expect(parse('c.test', 'b.test')).toMatchObject({
    plainHttpHosts: ['c.test'],
    unverifiedHosts: ['b.test']
  })
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
    'The login can be used only for one host, but several are given: a.test, b.test:5000'
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
    expect(() => parse('a.test/x\na.test:80/y')).toThrow('several are given: a.test, a.test:80')
    expect(() => parse('a.test/x\na.test:443/y', 'a.test')).toThrow('several are given')
  })
})
