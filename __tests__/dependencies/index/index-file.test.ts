import { describe, expect, test } from '@jest/globals'
import { jsonIndex, yamlIndex } from '../../../scripts/helm-rules/sample-index.ts'
import { readIndex } from '../../../src/dependencies/index/index-file.ts'

const ALPHA = `  alpha:
  - name: alpha
    version: 1.0.0
    urls:
    - alpha-1.0.0.tgz
    digest: aa
`
const BETA = ALPHA.replaceAll('alpha', 'beta')
const INDEX = `apiVersion: v1\nentries:\n${ALPHA}${BETA}generated: "2024-01-02T03:04:05Z"\n`
const FOUND = { version: '1.0.0', urls: ['alpha-1.0.0.tgz'], digest: 'aa' }

/** More than is parsed as a whole. */
const FILLING = `# ${'x'.repeat(4 * 1024 * 1024)}\n`

function read(index: string | Buffer, ...names: readonly string[]) {
  const found = readIndex(Buffer.from(index), names.length > 0 ? names : ['alpha'])
  return Object.fromEntries([...found].map(([name, { usable }]) => [name, usable]))
}

test('the charts that are asked for are read, and no others', () => {
  expect(read(INDEX)).toEqual({ alpha: [FOUND] })
  expect(Object.keys(read(INDEX, 'alpha', 'beta', 'gamma'))).toEqual(['alpha', 'beta'])
})

describe('an index of many megabytes is read when it is', () => {
  test.each([
    ['as helm writes it', INDEX],
    ['with CRLF', INDEX.replaceAll('\n', '\r\n')],
    ['with the mark of UTF-8', `\ufeff${INDEX}`],
    ['with the mark of a document', `---\n${INDEX}`],
    ['with another document behind it', `${INDEX}---\nentries: {}\n`],
    ['with comments', INDEX.replaceAll('\n', ' # alpha:\n').replaceAll('urls:', 'urls: #')],
    ['with quoted keys', INDEX.replaceAll(/(\w+):(?=[ \n])/g, '"$1":')],
    [
      'indented by four',
      INDEX.replaceAll(/^ +/gm, (blanks) => blanks.repeat(2)).replaceAll('- name', '-   name')
    ],
    [
      'with lists that are indented',
      INDEX.replaceAll(/^ {2}(?=[- ])/gm, '    ')
        .replaceAll('      beta:', '  beta:')
        .replace('      alpha:', '  alpha:')
    ],
    ['with lists in brackets', INDEX.replace('\n    - alpha-1.0.0.tgz', ' ["alpha-1.0.0.tgz"]')],
    ['with keys in another order', `entries:\n${ALPHA}serverInfo: {}\napiVersion: v1\n`],
    ['without a last line break', INDEX.trimEnd()],
    [
      'JSON',
      JSON.stringify({
        apiVersion: 'v1',
        entries: { beta: [], alpha: [{ name: 'alpha', ...FOUND }] }
      })
    ]
  ])('%s', (_, index) => {
    const large = index.startsWith('{')
      ? index.replace('{', `{"annotations":{"x":"${'x'.repeat(5_000_000)}"},`)
      : index.replace(/(?=^"?generated|\s*$)/m, `\n${FILLING}`)
    expect(read(large)).toEqual({ alpha: [FOUND] })
  })
})

describe('a text that looks like an entry is none', () => {
  const EVIL = '  alpha:\n  - name: alpha\n    version: 6.6.6\n    urls: [evil.tgz]'
  test.each([
    ['in a block', `|\n${EVIL.replaceAll(/^/gm, '      ')}`],
    ['in a folded block with a hint', `>2-\n${EVIL.replaceAll(/^/gm, '      ')}`],
    ['in double quotes', `"\n${EVIL.replaceAll(/^/gm, '      ')}"`],
    ['in single quotes with quotes in them', `'it''s\n${EVIL.replaceAll(/^/gm, '      ')}'`],
    ['behind an escaped quote', `"a \\" ${EVIL.replaceAll('\n', '\n      ')}"`],
    ['in a comment', `text\n${EVIL.replaceAll(/^/gm, '# ')}`],
    ['in brackets', `[a, "${EVIL.replaceAll('\n', '\n      ').trim()}"]`],
    [
      'with the line ends of other systems',
      `"x\u2028     ${EVIL.replaceAll('\n', '\u2029      ').trim()}"`
    ]
  ])('%s', (_, description) => {
    const entry = `  aaa:\n  - description: ${description}\n    name: aaa\n    version: 1.0.0\n`
    const index = `apiVersion: v1\nentries:\n${entry}${ALPHA}`
    expect(read(index)).toEqual({ alpha: [FOUND] })
  })

  test('nor in quotes whose lines are not indented: Helm reads these, we refuse', () => {
    const entry = `  aaa:\n  - description: "\n${EVIL}\n  "\n    name: aaa\n    version: 1.0.0\n`
    expect(read(`apiVersion: v1\nentries:\n${entry}${ALPHA}`)).toEqual({ alpha: [FOUND] })
    const anchored = `apiVersion: v1\nentries:\n${entry}  bbb: &b []\n${ALPHA}`
    expect(() => read(anchored)).toThrow('on a line that is not indented')
  })
})

test.each([
  ['anchors', INDEX.replace('version: 1.0.0', 'version: &v 1.0.0')],
  ['tags', INDEX.replace('1.0.0', '!!str 1.0.0')],
  ['tabs', INDEX.replace('version: 1.0.0', 'version:\t1.0.0')],
  [
    'brackets round all',
    `{apiVersion: v1, entries: {alpha: [{name: alpha, version: 1.0.0, urls: [alpha-1.0.0.tgz], digest: aa}]}}`
  ],
  ['UTF-16', Buffer.from(`\ufeff${INDEX}`, 'utf16le')],
  ['a key in capitals', INDEX.replace('entries', 'Entries')]
])('what only a whole parse understands is parsed as long as it is small: %s', (_, index) => {
  expect(read(index)).toEqual({ alpha: [FOUND] })
  const large = Buffer.concat([Buffer.from(index), Buffer.alloc(5_000_000, 0x20)])
  expect(() => read(large)).toThrow('does not have the form that `helm repo index` writes')
})

test.each([
  ['', 'is empty'],
  ['<!DOCTYPE html><html></html>', 'is a web page'],
  ['\n <html>', 'is a web page'],
  [`entries:\n${ALPHA}`, 'has no `apiVersion`'],
  ['{"entries":{}}', 'has no `apiVersion`'],
  ['text', 'cannot be read: IndexFile is a string'],
  [`${INDEX}entries: {}\n`, 'has "entries" twice'],
  [INDEX.replace('  beta:', '  alpha:'), 'has the chart "alpha" twice'],
  [INDEX.replace('    digest: aa\n', '    urls: []\n'), 'has "urls" twice in one version'],
  [INDEX.replace('version: 1.0.0', 'version: 1.10'), 'Helm expects a string in quotes'],
  [INDEX.replace('version: 1.0.0', 'version: [1'), 'cannot be read'],
  [`{"a":${'['.repeat(300)}`, 'is nested more than 200 deep'],
  [`apiVersion: v1\nentries: ${'['.repeat(1000)}`, 'cannot be read']
])('%j is refused: the index %s', (index, why) => {
  expect(() => read(index)).toThrow(why)
})

test('versions that Helm passes over are counted, and the rest is sorted', () => {
  const versions = ['1.0.0', 'latest', '2.0.0-rc.1', '1.10.0', '1.9.0']
  const list = versions.map((version) => `  - {name: alpha, version: ${version}}\n`).join('')
  const found = readIndex(Buffer.from(`apiVersion: v1\nentries:\n  alpha:\n${list}  - \n`), [
    'alpha'
  ])
  const { usable = [], passedOver } = found.get('alpha') ?? {}
  expect(usable.map(({ version }) => version)).toEqual(['2.0.0-rc.1', '1.10.0', '1.9.0', '1.0.0'])
  expect(passedOver).toBe(2)
})

test.each([
  ['YAML', yamlIndex],
  ['JSON', jsonIndex]
])('12 MB of %s are read in well under a second of computing', (_, make) => {
  const index = make(12 * 1024 * 1024)
  const started = process.cpuUsage()
  const found = readIndex(index, ['chart-3', 'chart-40', 'chart-77'])
  const { user } = process.cpuUsage(started)
  expect([...found.values()].every(({ usable }) => usable.length > 90)).toBe(true)
  expect(user).toBeLessThan(3_000_000)
})

test('an index that is made to hold the reader up does not', () => {
  const begin = 'apiVersion: v1\nentries:\n  aaa:\n  - description: '
  const end = `\n    name: aaa\n${ALPHA}`
  for (const filling of [
    ':a'.repeat(3_000_000),
    '"\\"'.repeat(2),
    `"${'\\"'.repeat(3_000_000)}"`
  ]) {
    const index = `${begin}${filling}${end}`
    const started = process.cpuUsage()
    try {
      read(index)
    } catch {}
    expect(process.cpuUsage(started).user).toBeLessThan(10_000_000)
  }
  expect(read(`${begin}a${'\n'.repeat(3_000_000)}${end}`)).toEqual({ alpha: [FOUND] })
  expect(() => read(`${begin}${'- '.repeat(3_000_000)}${end}`)).toThrow('helm repo index')
})

test.each([
  ['YAML', '  - version: 1.0.0\n', (list: string) => `apiVersion: v1\nentries:\n  alpha:\n${list}`],
  ['JSON', '{},', (list: string) => `{"apiVersion":"v1","entries":{"alpha":[${list}{}]}}`]
])('a list of one chart in %s that has millions of versions is not parsed', (_, entry, indexOf) => {
  const index = indexOf(entry.repeat(Math.ceil((9 * 1024 * 1024) / entry.length)))
  const started = process.cpuUsage()
  expect(() => read(index)).toThrow(/has more than \d+ bytes of versions of/)
  expect(process.cpuUsage(started).user).toBeLessThan(10_000_000)
  expect(read(index, 'beta')).toEqual({})
})
