import { describe, expect, test } from '@jest/globals'
import { encodeConfig } from '../../../src/chart/metadata/config.ts'
import { loadMetadata } from '../../../src/chart/metadata/load-metadata.ts'

const BASE = 'apiVersion: v2\nname: t\nversion: 1.0.0\n'

/** The config that Helm makes of Chart.yaml (and requirements.yaml), or why it cannot be read. */
async function configOf(chartYaml: string, requirements?: string): Promise<unknown> {
  const files = [{ path: 'Chart.yaml', bytes: Buffer.from(chartYaml) }]
  if (requirements !== undefined) {
    files.push({ path: 'requirements.yaml', bytes: Buffer.from(requirements) })
  }
  const loaded = loadMetadata(files)
  return 'metadata' in loaded
    ? JSON.parse(encodeConfig(loaded.metadata).toString())
    : loaded.problem.message
}

describe('Chart.yaml is read as Helm reads it', () => {
  test.each([
    ['the last of equal keys counts', `${BASE}name: second\n`, { name: 'second' }],
    ['keys match whatever their case', 'NAME: t\nVERSION: 1.0.0\nApiVersion: v2\n', { name: 't' }],
    ['a lower-case key beats others', `NAME: other\n${BASE}`, { name: 't' }],
    [
      'a merge after a key overrides it',
      `a: &a {name: merged}\n${BASE}<<: *a\n`,
      { name: 'merged' }
    ],
    ['only the first document counts', `${BASE}---\nname: other\n: broken [\n`, { name: 't' }],
    ['a missing apiVersion is v1', 'name: t\nversion: 1.0.0\n', { apiVersion: 'v1' }],
    [
      'control characters go, spaces become blanks',
      `${BASE}description: "a\\tb\\u200bc\\x01"\n`,
      { description: 'a bc' }
    ],
    [
      'null in a list is an empty text',
      `${BASE}keywords: [1.50, yes, ~]\n`,
      { keywords: ['1.5', 'true', ''] }
    ],
    ['an empty maintainer stays', `${BASE}maintainers: [{}]\n`, { maintainers: [{}] }],
    [
      'a later anchor of the same name counts',
      `a: &h {k: &h one}\n${BASE}home: *h\nb: &h two\nicon: *h\n`,
      { home: 'one', icon: 'two' }
    ],
    ['anchors are expanded', `${BASE}home: &h x\nicon: *h\n`, { icon: 'x' }]
  ])('%s', async (_, chartYaml, expected) => {
    expect(await configOf(chartYaml)).toMatchObject(expected)
  })

  test('requirements.yaml is decoded over it, names and all', async () => {
    const config = await configOf(
      BASE,
      'version: 2.0.0\ndependencies: [{name: d, import-values: [1, {a: b}]}]\n'
    )
    expect(config).toMatchObject({
      name: 't',
      version: '2.0.0',
      dependencies: [{ name: 'd', repository: '', 'import-values': [1, { a: 'b' }] }]
    })
  })

  test.each([
    [
      'a list for a text',
      `${BASE}home: [a]\n`,
      'Chart.yaml cannot be read: Metadata.home is a list, Helm expects a string.'
    ],
    [
      'a text for a flag',
      `${BASE}deprecated: "true"\n`,
      'Chart.yaml cannot be read: Metadata.deprecated is a string, Helm expects true or false.'
    ],
    [
      'a document that is a list',
      '- a\n',
      'Chart.yaml cannot be read: Metadata is a list, Helm expects an object.'
    ],
    [
      'broken YAML',
      'name: [a\nversion: 1\n',
      expect.stringContaining('Chart.yaml cannot be read: line ')
    ],
    ['an unknown anchor', `${BASE}home: *nowhere\n`, expect.stringContaining('nowhere')]
  ])('%s cannot be read', async (_, chartYaml, message) => {
    expect(await configOf(chartYaml)).toEqual(message)
  })

  test.each(['x: &a [*a]', 'x: &a {k: {k: *a}}'])(
    'an anchor that holds itself is refused: %s',
    async (line) => {
      expect(await configOf(`${BASE}${line}\n`)).toContain("anchor 'a' value contains itself")
    }
  )

  test('an anchor may be used again beside itself', async () => {
    expect(await configOf(`${BASE}x: &a [1]\nkeywords: [k]\ny: [*a, *a]\n`)).toMatchObject({
      keywords: ['k']
    })
  })

  test('a document that grows by aliases is refused', async () => {
    const levels = Array.from(
      { length: 12 },
      (_, n) => `l${n + 1}: &l${n + 1} [${Array(9).fill(`*l${n}`).join(',')}]`
    )
    expect(await configOf(`l0: &l0 x\n${levels.join('\n')}\n`)).toContain('excessive aliasing')
  })

  test('a chart.yaml in lower case is named as the likely slip', async () => {
    const loaded = loadMetadata([{ path: 'chart.yaml', bytes: Buffer.from(BASE) }])
    expect(loaded).toMatchObject({
      problem: { code: 'chart-yaml-missing', fix: 'Rename chart.yaml to Chart.yaml.' }
    })
  })
})
