import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { encodeConfig } from '../../../src/chart/metadata/config.ts'
import { loadedBytes } from '../../../src/chart/metadata/decode.ts'
import { readLock } from '../../../src/chart/metadata/lock.ts'
import { decodeMetadata, EMPTY_METADATA } from '../../../src/chart/metadata/metadata.ts'
import { DecodeError, untypedJson } from '../../../src/chart/metadata/untyped.ts'
import { checkValues } from '../../../src/chart/metadata/values.ts'
import { YamlError } from '../../../src/chart/yaml/node.ts'
import { readYaml } from '../../../src/chart/yaml/read-yaml.ts'

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

/** Documents that are not read as Helm reads them, by the kinds of docs/problems.md. */
interface Differences {
  readonly kind: string
  /** Though Helm refuses them. */
  readonly taken: readonly string[]
  /** Though Helm takes them. */
  readonly refused: readonly string[]
  /** With another value. */
  readonly otherwise: readonly string[]
}

const verdicts: Verdicts = fixture('yaml-verdicts')
const differences: readonly Differences[] = fixture('yaml-differences')
const DIFFERENT = differences.flatMap(({ taken, refused, otherwise }) => {
  return [...taken, ...refused, ...otherwise]
})
/** Metadata that differ for one of these kinds: U+2028, and a second byte order mark. */
const DIFFERENT_METADATA = [/<&>\u2028/, /^\ufeff{3}/]

function fixture(name: string) {
  return JSON.parse(readFileSync(join(import.meta.dirname, `../../fixtures/${name}.json`), 'utf8'))
}

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
  const equal = verdicts.documents.filter(({ yaml }) => !DIFFERENT.includes(yaml))
  test.each(equal)('the document $yaml', ({ yaml, json }) => {
    expect(jsonOf(yaml)).toBe(json)
  })

  test.each(verdicts.metadata.filter(({ files }) => isEqual(files)))(
    'the metadata of $files',
    ({ files, config }) => {
      expect(configOf(files)).toBe(config)
    }
  )

  test.each(verdicts.values)('the values $yaml', ({ yaml, loads: expected }) => {
    expect(loads(checkValues, yaml)).toBe(expected)
  })

  test.each(verdicts.locks)('the lock $yaml', ({ yaml, loads: expected }) => {
    expect(loads(readLock, yaml)).toBe(expected)
  })
})

/** As JSON, or null where it is refused. */
function jsonOf(yaml: string): string | null {
  return unlessRefused(() => untypedJson(readYaml(bytesOf(yaml)), 'it').json)
}

describe('every difference from Helm is known, and in docs/problems.md:', () => {
  const docs = readFileSync(join(import.meta.dirname, '../../../docs/problems.md'), 'utf8')
  const helm = new Map(verdicts.documents.map(({ yaml, json }) => [yaml, json]))

  test.each(differences)('$kind', ({ kind, taken, refused, otherwise }) => {
    const different = [...taken, ...refused, ...otherwise].map((yaml) => {
      return { yaml, ours: jsonOf(yaml), helms: helm.get(yaml) }
    })
    const having = (wanted: (typed: { ours: string | null; helms: unknown }) => boolean) => {
      return different.filter(wanted).map(({ yaml }) => yaml)
    }
    expect(having(({ ours, helms }) => ours !== null && helms === null)).toEqual(taken)
    expect(having(({ ours, helms }) => ours === null && helms !== null)).toEqual(refused)
    expect(having(({ ours, helms }) => ours !== null && helms !== null && ours !== helms)).toEqual(
      otherwise
    )
    const counts = [taken, refused, otherwise].map(({ length }) => length)
    expect(docs).toContain(`\n| ${kind} | ${counts.join(' | ')} |\n`)
  })

  test('which are 70 of 768 documents, and no more', () => {
    const found = verdicts.documents.filter(({ yaml, json }) => jsonOf(yaml) !== json)
    expect(found.map(({ yaml }) => yaml).toSorted()).toEqual(DIFFERENT.toSorted())
    expect([found.length, verdicts.documents.length]).toEqual([70, 768])
  })

  test('which are 2 of the metadata, and no more', () => {
    const found = verdicts.metadata.filter(({ files, config }) => configOf(files) !== config)
    expect(found.map(({ files }) => files).filter(isEqual)).toEqual([])
    expect(found).toHaveLength(DIFFERENT_METADATA.length)
  })
})

function isEqual([first = '']: readonly string[]): boolean {
  return !DIFFERENT_METADATA.some((pattern) => pattern.test(first))
}

/** The config of a chart with these files, or null where they are refused. */
function configOf(files: readonly string[]): string | null {
  const encoded = unlessRefused(() => encodeConfig(files.reduce(decodeOver, EMPTY_METADATA)))
  return encoded?.toString() ?? null
}

function decodeOver(base: typeof EMPTY_METADATA, text: string, index: number) {
  const metadata = decodeMetadata(readYaml(loadedBytes(Buffer.from(text))), base)
  const apiVersion = metadata.apiVersion === '' && index === 0 ? 'v1' : metadata.apiVersion
  return { ...metadata, apiVersion }
}

test.each([
  ['a: 1\nb: [\n', 'line 3: '],
  ['a: 1\nb: *x\n', "line 2: unknown anchor 'x' referenced"],
  ['a: 1\nb: "\\q"\n', 'line 2: Invalid escape sequence \\q'],
  ['a: 1\nb:\n\t- c\n', 'line 3: Tabs are not allowed as indentation'],
  ['a: 1\nx\ny: 2\n', 'line 2: Implicit map keys need to be followed by map values'],
  [
    'a: 1\nb: "c\nd"\n',
    'line 2: a quoted text is not closed, or continues on a line that is not indented'
  ],
  ['a: 1\nb: \u0001\n', 'line 2: control characters are not allowed'],
  ['# c\n%YAML 1.2\n---\na\n', 'line 2: Helm reads YAML 1.1, not "1.2"'],
  ['%TAG !a! b\n%TAG !a! c\n---\na\n', 'line 2: found a second %TAG !a!'],
  ['%A\n---\na\n', 'line 1: Unknown directive %A'],
  ['a: &b.c x\n', 'line 1: the name of an anchor may only have letters, digits, "-" and "_"'],
  ['~: 1\n', 'a map key is null']
])('%j is refused with the line', (yaml, message) => {
  expect(() => readYaml(Buffer.from(yaml))).toThrow(message)
})

test.each([
  ['an anchor', `a: *${'x'.repeat(1000)}\n`],
  ['a directive', `%YAML ${'x'.repeat(1000)}\n---\n`],
  ['a directive that is unknown', `%${'\u{1f600}'.repeat(500)}\n---\n`],
  ['a value', `a: !!int ${'x'.repeat(1000)}\n`],
  ['a tag', `a: !x!${'x'.repeat(1000)} b\n`]
])('the message cites no more than the beginning of %s', (_, yaml) => {
  const message = messageOf(yaml)
  expect(message).toMatch(/^line 1: .+…$/)
  expect(message.length).toBeLessThan(220)
  expect(message.isWellFormed()).toBe(true)
})

function messageOf(yaml: string): string {
  try {
    readYaml(Buffer.from(yaml))
    return ''
  } catch (error) {
    return error instanceof YamlError ? error.message : String(error)
  }
}
