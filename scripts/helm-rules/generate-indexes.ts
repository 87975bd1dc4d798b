import type { Random } from '../../__tests__/support/charts/random.ts'
import { soundVersion } from './generate-ranges.ts'

/** The names that are asked for; others stand in an index as well. */
export const NAMES = ['alpha', 'beta', 'ab-c', '123'] as const
const OTHERS = ['gamma', 'delta.x', 'yes'] as const
const DESCRIPTIONS = [
  ...['A chart', '"A: chart"', "'it''s  a chart'", '""', "''", '"a \\" b"', 'with # no comment'],
  ...['|\n@a\n@  alpha:\n@  - version: 6.6.6', '>-\n@alpha:\n@\n@text', '|2-\n@  a', '|+\n@a\n'],
  ...['"goes\n@on:\n@  - here"', 'goes\n@on', "'goes\n\n@on'", '"alpha:\\\n@  - x"', '', '~'],
  ...['"alpha:\n  - version: 6.6.6"', '[a, b: c]', '{a: "b", c: [d]}', '&a text', '*a', '!!str 1'],
  ...[
    '"\n  alpha:\n  - name: alpha\n    version: 6.6.6\n    urls: [x]\n  "',
    '"a" # "b',
    "it's",
    'a: b'
  ]
] as const
const FIELDS = ['annotations', 'home', 'keywords', 'maintainers', 'dependencies', 'type'] as const
const URLS = ['alpha-1.tgz', 'https://x.example/a.tgz', 'oci://x.example/a', '"a b.tgz"'] as const
const DIGESTS = ['""', '"123"', 'abc', '1234', 'sha256:aa', '0x1f', '1e3'] as const
const BEGINNINGS = [
  '',
  '',
  '',
  '---\n',
  '# told\n',
  '# told\n---\n',
  '\ufeff',
  '%YAML 1.1\n---\n'
] as const
const ENDS = [
  '',
  '',
  '',
  '\n',
  '...\n',
  '---\nentries: {}\n',
  '# end',
  'serverInfo: {}\n',
  ' '
] as const
const MUTATIONS = [
  ...' \t\n\r-:#"\'|>[]{}&*!%@`?,a\u0085\u2028',
  '  ',
  '\n\n',
  '- ',
  ': ',
  ' #',
  '---\n'
] as const

/** An index of a few charts as programs write it, and now and then as none does. */
export function randomIndex(random: Random): string {
  const indent = random.pick([2, 2, 2, 4, 1])
  const charts = shuffled(random, [...NAMES, ...OTHERS]).slice(0, 1 + random.below(5))
  const repeated = random.below(40) === 0 ? [random.pick(charts)] : []
  const entries = [...charts, ...repeated].map((name) => chart(random, name, indent)).join('')
  const version =
    random.below(20) === 0 ? random.pick(['1', 'null', 'v1 # x']) : random.pick(['v1', '"v1"'])
  const head = random.below(30) === 0 ? '' : `apiVersion: ${version}\n`
  const parts = [head, `entries:\n${entries}`, 'generated: "2024-01-02T03:04:05Z"\n']
  const text = `${rare(random, BEGINNINGS)}${shuffled(random, parts).join('')}${rare(random, ENDS)}`
  const mutated = random.below(5) === 0 ? mutate(random, text) : text
  return random.below(12) === 0 ? mutated.replaceAll('\n', '\r\n') : mutated
}

function chart(random: Random, name: string, indent: number): string {
  const key = random.pick([name, name, name, `"${name}"`, `'${name}'`])
  const start = ' '.repeat(indent)
  if (random.below(20) === 0) return `${start}${key}: []\n`
  const dash = `${start}${random.pick(['', '', '  '])}`
  const versions = Array.from({ length: 1 + random.below(4) }, () => version(random, name, dash))
  const comment = random.below(10) === 0 ? ' # told' : ''
  return `${start}${key}:${comment}\n${versions.join('')}`
}

function version(random: Random, name: string, dash: string): string {
  const start = `${dash}  `
  const more = shuffled(random, [...FIELDS]).slice(0, random.below(4))
  const number =
    random.below(60) === 0 ? random.pick(['1.0', 'no', '2', '""', 'a']) : quoted(random)
  const lines = shuffled(random, [
    'apiVersion: v2',
    `name: ${/^(?:123|yes)$/.test(name) ? `"${name}"` : name}`,
    `version: ${number}`,
    `digest: ${random.pick(DIGESTS)}`,
    urls(random, start),
    ...(random.below(2) === 0 ? [`description: ${description(random, start)}`] : []),
    ...more.map((field) => fieldLines(random, field, start)),
    ...(random.below(200) === 0 ? ['urls: [twice.tgz]'] : [])
  ])
  return `${dash}- ${lines.join(`\n${start}`)}\n`
}

/** What YAML would take for a number stands in quotes. */
function quoted(random: Random): string {
  const version = soundVersion(random)
  return /^[0-9.]+$/.test(version) ? `"${version}"` : version
}

function urls(random: Random, start: string): string {
  const items = Array.from({ length: random.below(3) }, () => random.pick(URLS))
  if (items.length === 0) return random.pick(['urls: []', 'urls:', 'urls: null'])
  if (random.below(4) === 0) return `urls: [${items.join(`,\n${start}  `)}]`
  return `urls:\n${items.map((item) => `${start}- ${item}`).join('\n')}`
}

function description(random: Random, start: string): string {
  const usual = random.below(40) > 0
  const text = random.pick(usual ? DESCRIPTIONS.slice(0, 16) : DESCRIPTIONS)
  return text.replaceAll('@', `${start}  `)
}

function fieldLines(random: Random, field: (typeof FIELDS)[number], start: string): string {
  switch (field) {
    case 'annotations':
      return `annotations:\n${start}  "a/b": |\n${start}    - kind: added\n${start}  c: d`
    case 'home':
      return 'home: https://x.example/#a'
    case 'keywords':
      return random.pick([`keywords:\n${start}- a\n${start}- "b"`, 'keywords: [a, \'b\', "c"]'])
    case 'maintainers':
      return random.pick([
        `maintainers:\n${start}- email: a@x.example\n${start}  name: A`,
        `maintainers:\n${start}  - {email: a@x.example, name: "A, B"}`
      ])
    case 'dependencies':
      return `dependencies:\n${start}  - name: x\n${start}    repository: ""\n${start}    version: 1.x.x`
    case 'type':
      return random.pick(['type: application', 'type: library', 'type: ~', 'type: ""'])
  }
}

function rare(random: Random, texts: readonly string[]): string {
  return random.below(4) === 0 ? random.pick(texts) : ''
}

function mutate(random: Random, text: string): string {
  const at = random.below(text.length + 1)
  const inserted = random.pick(MUTATIONS)
  return `${text.slice(0, at)}${inserted}${text.slice(at + random.pick([0, 0, 1, 3]))}`
}

function shuffled<T>(random: Random, items: readonly T[]): readonly T[] {
  const left = [...items]
  return items.flatMap(() => left.splice(random.below(left.length), 1))
}
