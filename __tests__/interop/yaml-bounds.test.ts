import { describe, expect, test } from '@jest/globals'
import { encodeConfig } from '../../src/chart/metadata/config.ts'
import { decodeMetadata } from '../../src/chart/metadata/metadata.ts'
import { YamlError } from '../../src/chart/yaml/node.ts'
import { readYaml } from '../../src/chart/yaml/read-yaml.ts'

describe('nesting and growth are bounded, never by the stack', () => {
  const nested = (open: string, depth: number, close: string) => {
    return `a: ${open.repeat(depth)}${close.repeat(depth)}\n`
  }
  const indented = (depth: number) => {
    return Array.from({ length: depth }, (_, level) => `${' '.repeat(level)}a:\n`).join('')
  }

  test.each([
    ['lists', nested('[', 490, ']')],
    ['maps', nested('{k: ', 490, '}')],
    ['pairs', nested('[k: ', 490, ']')],
    ['block sequences', `${'- '.repeat(490)}x`],
    ['block maps', indented(490)],
    ['keys', `${'? '.repeat(490)}x`.replace(/^\? /, '- ')],
    ['a deep list that another value replaced', `${nested('[', 490, ']')}a: 1\n`]
  ])('%s may be deep', (_, yaml) => {
    expect(() => readYaml(Buffer.from(yaml))).not.toThrow(/nested|stack/)
  })

  test.each([
    ['lists that never end', '['.repeat(100_000)],
    ['lists', nested('[', 501, ']')],
    ['lists deeper than any stack', nested('[', 100_000, ']')],
    ['maps', nested('{k: ', 501, '}')],
    ['pairs', nested('[k: ', 501, ']')],
    ['block sequences', `${'- '.repeat(100_000)}x`],
    ['block maps', indented(1_000)],
    ['keys', `${'? '.repeat(100_000)}x`]
  ])('%s may not be deeper', (_, yaml) => {
    expect(() => readYaml(Buffer.from(yaml))).toThrow('nested more than 500 deep')
  })

  test('aliases in lists may not be deeper than Helm goes', () => {
    const levels = Array.from({ length: 30 }, (_, level) => {
      return `b${level + 1}: &b${level + 1} ${'['.repeat(400)}*b${level}${']'.repeat(400)}\n`
    })
    const yaml = `b0: &b0 x\n${levels.join('')}`
    expect(() => readYaml(Buffer.from(yaml))).toThrow('nested more than 10000 deep')
  })

  test('deep import-values come out as they went in', () => {
    const deep = `${'['.repeat(400)}${']'.repeat(400)}`
    const chart = Buffer.from(`dependencies: [{import-values: ${deep}}]\n`)
    expect(encodeConfig(decodeMetadata(readYaml(chart))).toString()).toContain(deep)
  })

  test.each([
    ['commas', `[${','.repeat(200_000)}`],
    ['brackets', `a: ${']'.repeat(200_000)}`],
    ['anchors', '&a '.repeat(100_000)]
  ])('of many errors in %s, each of which takes time, only the first is made', (_, yaml) => {
    expect(() => readYaml(Buffer.from(yaml))).toThrow(YamlError)
  })

  test('what would cost gigabytes is not read', () => {
    const yaml = `[${'a,'.repeat(700_000)}]`
    expect(() => readYaml(Buffer.from(yaml))).toThrow('it has more than 2000000 words and symbols')
  })

  test.each([
    [
      'lists',
      (n: number) =>
        `a${n}: &a${n} [${Array(9)
          .fill(`*a${n - 1}`)
          .join(',')}]\n`
    ],
    ['merges', (n: number) => `a${n}: &a${n} {<<: [*a${n - 1}, *a${n - 1}], k${n}: 1}\n`]
  ])('aliases in %s may not grow without bound', (_, level) => {
    const levels = Array.from({ length: 40 }, (_, n) => level(n + 1))
    const yaml = `a0: &a0 {x: 1}\n${levels.join('')}`
    expect(() => readYaml(Buffer.from(yaml))).toThrow('document contains excessive aliasing')
  })

  test('many aliases of one small value are none too many', () => {
    const yaml = `a: &a x\nb: [${'*a,'.repeat(600)}]\n`
    expect(readYaml(Buffer.from(yaml)).kind).toBe('map')
  })
})

describe('a large file is read in one go', () => {
  const lines = (count: number, line: string) => line.repeat(count)
  test.each([
    ['a long block', lines(40_000, '- {name: x, value: "y z"} # c\n')],
    ['a long flow list', `[${'a, '.repeat(100_000)}]`],
    ['empty lines', `a: x\n${lines(300_000, '\n')}b: y\n`],
    ['a long quoted scalar', `a: "${lines(60_000, 'x y\n  ')}"\n`],
    ['a long block scalar', `a: |\n${lines(60_000, '  some text\n')}`],
    ['characters beyond U+FFFF', lines(20_000, '- \u{1f600}: \u{1f600} x\n')]
  ])('%s', (_, yaml) => {
    expect(readYaml(Buffer.from(yaml)).kind).not.toBe('null')
  })
})
