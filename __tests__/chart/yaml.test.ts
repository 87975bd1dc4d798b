import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { encodeConfig } from '../../src/chart/metadata/config.ts'
import { DecodeError } from '../../src/chart/metadata/decode-error.ts'
import { loadedBytes } from '../../src/chart/metadata/loaded-bytes.ts'
import { readLock } from '../../src/chart/metadata/lock.ts'
import { decodeMetadata, EMPTY_METADATA } from '../../src/chart/metadata/metadata.ts'
import { untypedJson } from '../../src/chart/metadata/untyped.ts'
import { checkValues } from '../../src/chart/metadata/values.ts'
import { YamlError } from '../../src/chart/yaml/error.ts'
import { readYaml } from '../../src/chart/yaml/read-yaml.ts'

/**
 * What Helm 4.3.0's own Go code made of these inputs, refusals as null or false: YAML unmarshalled
 * by sigs.k8s.io/yaml into any and marshalled again, one or two files unmarshalled into the same
 * Metadata, values.yaml and Chart.lock loaded. `base64:` stands before what is no UTF-8.
 */
interface Verdicts {
  readonly documents: readonly { readonly yaml: string; readonly json: string | null }[]
  readonly metadata: readonly {
    readonly files: readonly string[]
    readonly config: string | null
  }[]
  readonly values: readonly { readonly yaml: string; readonly loads: boolean }[]
  readonly locks: readonly { readonly yaml: string; readonly loads: boolean }[]
}

const FIXTURE = join(import.meta.dirname, '../fixtures/yaml-verdicts.json')
const verdicts: Verdicts = JSON.parse(readFileSync(FIXTURE, 'utf8'))

function bytesOf(text: string): Buffer {
  return text.startsWith('base64:') ? Buffer.from(text.slice(7), 'base64') : Buffer.from(text)
}

/** What `read` gives, or null where it refuses; anything that is no refusal of ours is thrown on. */
function unlessRefused<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if (error instanceof YamlError || error instanceof DecodeError) return null
    throw error
  }
}

function loads(read: (bytes: Buffer) => unknown, text: string): boolean {
  return unlessRefused(() => ({ read: read(bytesOf(text)) })) !== null
}

describe('what Helm reads is read, what Helm refuses is refused', () => {
  test.each(verdicts.documents)('the document $yaml', ({ yaml, json }) => {
    expect(unlessRefused(() => untypedJson(readYaml(bytesOf(yaml)), 'it').json)).toBe(json)
  })

  test.each(verdicts.metadata)('the metadata of $files', ({ files, config }) => {
    const encoded = unlessRefused(() => encodeConfig(files.reduce(decodeOver, EMPTY_METADATA)))
    expect(encoded?.toString() ?? null).toBe(config)
  })

  test.each(verdicts.values)('the values $yaml', ({ yaml, loads: expected }) => {
    expect(loads(checkValues, yaml)).toBe(expected)
  })

  test.each(verdicts.locks)('the lock $yaml', ({ yaml, loads: expected }) => {
    expect(loads(readLock, yaml)).toBe(expected)
  })
})

function decodeOver(base: typeof EMPTY_METADATA, text: string, index: number) {
  const metadata = decodeMetadata(readYaml(loadedBytes(Buffer.from(text))), base)
  const apiVersion = metadata.apiVersion === '' && index === 0 ? 'v1' : metadata.apiVersion
  return { ...metadata, apiVersion }
}

describe('nesting and growth are bounded, never by the stack', () => {
  const nested = (open: string, depth: number, close: string) => {
    return `a: ${open.repeat(depth)}${close.repeat(depth)}\n`
  }

  test.each([
    ['lists', nested('[', 9_999, ']')],
    ['maps', nested('{k: ', 9_998, '}')],
    ['pairs', nested('[k: ', 4_999, ']')],
    ['block sequences', `${'- '.repeat(9_999)}x`],
    ['a deep list that another value replaced', `${nested('[', 10_000, ']')}a: 1\n`]
  ])('%s may be deep', (_, yaml) => {
    expect(unlessRefused(() => readYaml(Buffer.from(yaml)))).not.toBeNull()
  })

  test.each([
    ['lists that never end', '['.repeat(100_000)],
    ['lists', nested('[', 10_000, ']')],
    ['maps', nested('{k: ', 10_000, '}')],
    ['pairs', nested('[k: ', 6_000, ']')],
    ['block sequences', `${'- '.repeat(100_000)}x`],
    [
      'aliases in lists',
      `b: &b ${'['.repeat(6_000)}${']'.repeat(6_000)}\n${nested('[', 6_000, ' *b]')}`
    ]
  ])('%s may not be deeper', (_, yaml) => {
    expect(unlessRefused(() => readYaml(Buffer.from(yaml)))).toBeNull()
  })

  test('deep import-values come out as they went in', () => {
    const deep = `${'['.repeat(9_000)}${']'.repeat(9_000)}`
    const chart = Buffer.from(`dependencies: [{import-values: ${deep}}]\n`)
    expect(encodeConfig(decodeMetadata(readYaml(chart))).toString()).toContain(deep)
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
    expect(unlessRefused(() => readYaml(Buffer.from(yaml)))).not.toBeNull()
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

test.each([
  ['a: 1\nb: [\n', 'line 3: '],
  ['a: 1\nb: *x\n', "line 2: unknown anchor 'x' referenced"],
  ['a: 1\nb: "\\q"\n', 'line 2: found the unknown escape "\\q"'],
  ['a: 1\nb:\n\t- c\n', 'line 3: found a character that cannot start any token'],
  ['a: 1\nb: \u0001\n', 'control characters are not allowed'],
  ['~: 1\n', 'a map key is null']
])('%j is refused with the line', (yaml, message) => {
  expect(() => readYaml(Buffer.from(yaml))).toThrow(message)
})
